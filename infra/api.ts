import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as gateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApiConfig } from './config/api.ts';
import type { Functions } from './functions.ts';
import type { HandlerKey } from './handlers.ts';

const { GET, PATCH, POST } = gateway.HttpMethod;

const ROUTES: readonly (readonly [gateway.HttpMethod, string, HandlerKey])[] = [
  [POST, '/jobs', 'createJob'],
  [GET, '/jobs', 'listJobs'],
  [GET, '/jobs/{jobId}', 'getJob'],
  [GET, '/jobs/{jobId}/events', 'listJobEvents'],
  [POST, '/jobs/{jobId}/cancel', 'cancelJob'],
  [POST, '/jobs/{jobId}/retry', 'retryJob'],
  [GET, '/budgets/{budgetId}/suggestions', 'listSuggestions'],
  [PATCH, '/budgets/{budgetId}/suggestions', 'patchSuggestions'],
  [PATCH, '/budgets/{budgetId}/suggestions/{suggestionId}', 'patchSuggestion'],
  [GET, '/budgets/{budgetId}/snapshots', 'listSnapshots'],
  [GET, '/budgets/{budgetId}/snapshots/{snapshotId}/download', 'downloadSnapshot'],
  [GET, '/openapi.json', 'getOpenapi'],
];

/** What a page of another origin may send and read, where such pages are allowed. */
const CORS = {
  allowMethods: [
    gateway.CorsHttpMethod.GET,
    gateway.CorsHttpMethod.PATCH,
    gateway.CorsHttpMethod.POST,
  ],
  allowHeaders: [
    'authorization',
    'content-type',
    'idempotency-key',
    'if-none-match',
    'x-amz-content-sha256',
    'x-amz-date',
    'x-amz-security-token',
  ],
  exposeHeaders: [
    'allow',
    'apigw-requestid',
    'etag',
    'idempotency-replayed',
    'location',
    'retry-after',
    'x-request-id',
  ],
  maxAge: Duration.hours(1),
};

export interface ApiProps {
  readonly functions: Pick<Functions, 'get'>;
  readonly config: ApiConfig;
}

/** The HTTP API: one function a route, nobody unknown gets in. */
export class Api extends Construct {
  constructor(scope: Construct, id: string, { functions, config }: ApiProps) {
    super(scope, id);
    const { allowedOrigins, throttle } = config;
    const withCors = allowedOrigins.length > 0;
    const api = new gateway.HttpApi(this, 'HttpApi', {
      defaultAuthorizer: new HttpIamAuthorizer(),
      createDefaultStage: false,
      ...(withCors ? { corsPreflight: { allowOrigins: [...allowedOrigins], ...CORS } } : {}),
    });
    for (const [method, path, key] of ROUTES) {
      api.addRoutes({
        path,
        methods: [method],
        integration: new HttpLambdaIntegration(`${key}Integration`, functions.get(key)),
      });
    }
    const unknown = new HttpLambdaIntegration(
      'unknownRouteIntegration',
      functions.get('unknownRoute'),
    );
    new gateway.HttpRoute(this, 'UnknownRoute', {
      httpApi: api,
      routeKey: gateway.HttpRouteKey.DEFAULT,
      integration: unknown,
      authorizer: new HttpIamAuthorizer(),
    });
    if (withCors) {
      // The gateway answers preflights by itself, but `$default` would take them first and ask for a signature,
      // which browsers do not send with them.
      new gateway.HttpRoute(this, 'Preflight', {
        httpApi: api,
        routeKey: gateway.HttpRouteKey.with('/{proxy+}', gateway.HttpMethod.OPTIONS),
        integration: unknown,
        authorizer: new gateway.HttpNoneAuthorizer(),
      });
    }
    new gateway.HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: { rateLimit: throttle.requestsPerSecond, burstLimit: throttle.burst },
      accessLogSettings: {
        destination: new gateway.LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', {
            retention: RetentionDays.ONE_MONTH,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
      },
    });
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint }).overrideLogicalId('ApiUrl');
  }
}
