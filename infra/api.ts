import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import * as gateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
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

/** Far above what a household or a company needs, far below what would hurt. */
const THROTTLE = { rateLimit: 50, burstLimit: 100 };

/** The HTTP API: one function a route, nobody unknown gets in. */
export class Api extends Construct {
  constructor(scope: Construct, id: string, functions: Functions) {
    super(scope, id);
    const api = new gateway.HttpApi(this, 'HttpApi', {
      defaultAuthorizer: new HttpIamAuthorizer(),
      createDefaultStage: false,
    });
    for (const [method, path, key] of ROUTES) {
      api.addRoutes({
        path,
        methods: [method],
        integration: new HttpLambdaIntegration(`${key}Integration`, functions.get(key)),
      });
    }
    new gateway.HttpRoute(this, 'UnknownRoute', {
      httpApi: api,
      routeKey: gateway.HttpRouteKey.DEFAULT,
      integration: new HttpLambdaIntegration(
        'unknownRouteIntegration',
        functions.get('unknownRoute'),
      ),
      authorizer: new HttpIamAuthorizer(),
    });
    new gateway.HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: THROTTLE,
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
