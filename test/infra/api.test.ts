import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { Api } from '../../infra/api.ts';
import { parseConfig } from '../../infra/config/config.ts';

/** What the configuration makes of the HTTP API. */

type Properties = Readonly<Record<string, unknown>>;

function resourcesWith(
  api: unknown,
): readonly { readonly Type: string; readonly Properties: Properties }[] {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const made = new lambda.Function(stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('-'),
  });
  const { api: config, logDays } = parseConfig({ api });
  new Api(stack, 'Api', { functions: { get: () => made }, config, jwt: undefined, logDays });
  return Object.values(app.synth().getStackByName('Stack').template.Resources);
}

function found(api: unknown, type: string): readonly Properties[] {
  return resourcesWith(api)
    .filter(({ Type }) => Type === `AWS::ApiGatewayV2::${type}`)
    .map(({ Properties }) => Properties);
}

const openRoutes = (api: unknown) =>
  found(api, 'Route')
    .filter(({ AuthorizationType }) => AuthorizationType === 'NONE')
    .map(({ RouteKey }) => RouteKey);

describe('the HTTP API', () => {
  it('says nothing to pages of other origins, and lets nobody unknown in', () => {
    expect(found({}, 'Api')).toEqual([{ Name: expect.anything(), ProtocolType: 'HTTP' }]);
    expect(openRoutes({})).toEqual([]);
  });

  it('lets pages of configured origins call, whose preflights alone need no signature', () => {
    const api = { allowedOrigins: ['https://budget.example.org'] };
    expect(found(api, 'Api')).toMatchObject([
      {
        CorsConfiguration: {
          AllowOrigins: ['https://budget.example.org'],
          AllowMethods: ['GET', 'PATCH', 'POST'],
          // What a signature takes, and what a call of the API may have; what an answer may have beside its body.
          AllowHeaders: [
            ...['authorization', 'content-type', 'idempotency-key', 'if-none-match'],
            ...['x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'],
          ],
          ExposeHeaders: [
            ...['allow', 'apigw-requestid', 'etag', 'idempotency-replayed', 'location'],
            ...['retry-after', 'x-request-id'],
          ],
          // Without it browsers ask again before nearly every call.
          MaxAge: 3600,
        },
      },
    ]);
    expect(found(api, 'Api')[0]?.CorsConfiguration).not.toHaveProperty('AllowCredentials');
    expect(openRoutes(api)).toEqual(['OPTIONS /{proxy+}']);
  });

  it.each([
    [{}, { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 }],
    [
      { throttle: { requestsPerSecond: 5, burst: 7 } },
      { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 7 },
    ],
  ])('with %j takes so many requests', (api, DefaultRouteSettings) => {
    expect(found(api, 'Stage')).toMatchObject([{ DefaultRouteSettings }]);
  });
});
