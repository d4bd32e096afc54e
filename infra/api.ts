import { CfnOutput, Duration } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as gateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { ROUTE_SCOPES } from '../functions/names.ts';
import type { ApiConfig } from './config/api.ts';
import type { JwtConfig } from './config/auth.ts';
import type { LogDays } from './config/retention.ts';
import type { Functions } from './functions.ts';
import type { HandlerKey } from './handlers.ts';
import { deliveredLogGroup } from './log-group.ts';

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

/**
 * A line of the access log. What the CDK writes by itself has the path of a REST API, which an HTTP API does not know: no line
 * would say what was called. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const ACCESS_LINE = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  caller: '$context.identity.caller',
  subject: '$context.authorizer.claims.sub',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  length: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
  // A function that died or was cut off has said nothing of the call: Lambda names it by this id alone.
  invocationId: '$context.integration.requestId',
  authorizerError: '$context.authorizer.error',
  refusedAs: '$context.error.responseType',
};

export interface ApiProps {
  readonly functions: Pick<Functions, 'get'>;
  readonly config: ApiConfig;
  /** Whose tokens are taken; without it callers are let in by IAM. */
  readonly jwt: JwtConfig | undefined;
  readonly logDays: LogDays;
}

/** The HTTP API: one function a route, nobody unknown gets in. */
export class Api extends Construct {
  readonly httpApi: gateway.HttpApi;

  constructor(scope: Construct, id: string, { functions, config, jwt, logDays }: ApiProps) {
    super(scope, id);
    const { allowedOrigins, throttle } = config;
    const withCors = allowedOrigins.length > 0;
    const authorizer = authorizerOf(jwt);
    const api = new gateway.HttpApi(this, 'HttpApi', {
      defaultAuthorizer: authorizer,
      createDefaultStage: false,
      ...(withCors ? { corsPreflight: { allowOrigins: [...allowedOrigins], ...CORS } } : {}),
    });
    for (const [method, path, key] of ROUTES) {
      api.addRoutes({
        path,
        methods: [method],
        authorizationScopes: scopesOf(`${method} ${path}`, jwt),
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
      authorizer,
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
          deliveredLogGroup(this, 'AccessLogs', logDays),
        ),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LINE)),
      },
    });
    this.httpApi = api;
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint }).overrideLogicalId('ApiUrl');
  }
}

function authorizerOf(jwt: JwtConfig | undefined): gateway.IHttpRouteAuthorizer {
  if (jwt === undefined) return new HttpIamAuthorizer();
  const { issuer, audience } = jwt;
  return new HttpJwtAuthorizer('JwtAuthorizer', issuer, { jwtAudience: audience });
}

/** What a token has to hold for the gateway to pass the call on. */
function scopesOf(routeKey: string, jwt: JwtConfig | undefined): string[] {
  const scope = ROUTE_SCOPES[routeKey];
  return jwt === undefined || scope === undefined ? [] : [`${jwt.scopePrefix}${scope}`];
}
