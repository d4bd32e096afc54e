import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvocationResult, ResolvedStack } from '../../local/runtime/contract.ts';
import { startHttpApi } from '../../local/runtime/http/api.ts';
import { CREDENTIALS, signedCall } from '../e2e/installation.ts';

/** The HTTP API of a template, as API Gateway serves it. */

const resource = (type: string, logicalId: string, properties: Record<string, unknown>) => ({
  type,
  logicalId,
  physicalId: logicalId,
  arn: logicalId,
  properties,
});

const CALLER = {
  credentials: CREDENTIALS,
  userArn: 'arn:aws:iam::000000000000:user/somebody',
  userId: 'AIDASOMEBODY',
};

const ROUTES = [
  'GET /things',
  'GET /things/{id}',
  'POST /things',
  'GET /files/{proxy+}',
  '$default',
];

const STACK: ResolvedStack = {
  stacks: new Map(),
  outputs: {},
  resources: ROUTES.flatMap((routeKey, index) => [
    resource('AWS::ApiGatewayV2::Integration', `I${index}`, { IntegrationUri: routeKey }),
    resource('AWS::ApiGatewayV2::Route', `R${index}`, {
      RouteKey: routeKey,
      Target: `integrations/I${index}`,
      AuthorizationType: 'AWS_IAM',
    }),
  ]),
};

let api: Awaited<ReturnType<typeof startHttpApi>>;
let answer: InvocationResult | undefined;
let answerBy = 0;

beforeAll(async () => {
  api = await startHttpApi({
    stack: STACK,
    callers: [CALLER],
    port: 0,
    invoker: {
      invoke: async (functionName, event, by = 0) => {
        answerBy = by;
        return answer ?? { kind: 'success', payload: { functionName, event } };
      },
    },
  });
});
afterAll(() => api.close());

const call = (method: string, path: string, body?: unknown) =>
  signedCall(api.url, method, path, { body });

describe('routes', () => {
  it.each([
    ['GET', '/things', 'GET /things', undefined],
    ['GET', '/things/7', 'GET /things/{id}', { id: '7' }],
    ['GET', '/things/a%20b', 'GET /things/{id}', { id: 'a b' }],
    ['GET', '/files/a/b.txt', 'GET /files/{proxy+}', { proxy: 'a/b.txt' }],
    ['DELETE', '/things', '$default', undefined],
    ['GET', '/nowhere', '$default', undefined],
  ])('%s %s goes to %s', async (method, path, routeKey, pathParameters) => {
    const { body } = await call(method, path);
    expect(body.functionName).toBe(routeKey);
    expect(body.event.pathParameters).toEqual(pathParameters);
  });
});

describe('the event', () => {
  it('is that of payload format 2.0', async () => {
    const { body } = await call('POST', '/things?a=1&b=2&b=3', { x: 'ü' });
    expect(body.event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /things',
      rawPath: '/things',
      rawQueryString: 'a=1&b=2&b=3',
      queryStringParameters: { a: '1', b: '2,3' },
      headers: { 'content-type': 'application/json' },
      body: '{"x":"ü"}',
      isBase64Encoded: false,
      requestContext: {
        http: { method: 'POST', path: '/things' },
        routeKey: 'POST /things',
        stage: '$default',
        requestId: expect.any(String),
        authorizer: { iam: { accountId: '000000000000', accessKey: CREDENTIALS.accessKeyId } },
      },
    });
  });
});

describe('answers', () => {
  it.each<[string, InvocationResult, number, unknown]>([
    [
      'a structured answer',
      { kind: 'success', payload: { statusCode: 201, body: '{"a":1}' } },
      201,
      { a: 1 },
    ],
    ['anything else as the body', { kind: 'success', payload: { a: 2 } }, 200, { a: 2 }],
    [
      "a function's error",
      { kind: 'error', error: { errorType: 'E', errorMessage: 'secret' } },
      500,
      { message: 'Internal Server Error' },
    ],
    [
      'a request that is too much for a function',
      {
        kind: 'error',
        error: { errorType: 'RequestEntityTooLargeException', errorMessage: 'too large' },
      },
      413,
      { message: 'Request Entity Too Large' },
    ],
  ])('%s', async (_what, result, status, body) => {
    answer = result;
    const got = await call('GET', '/things');
    answer = undefined;
    expect([got.status, got.body]).toEqual([status, body]);
  });
});

describe('pages of other origins', () => {
  const PAGE = 'https://page.example';
  const open = resource('AWS::ApiGatewayV2::Route', 'Preflight', {
    RouteKey: 'OPTIONS /{proxy+}',
    Target: 'integrations/I4',
    AuthorizationType: 'NONE',
  });
  const cors = resource('AWS::ApiGatewayV2::Api', 'Api', {
    CorsConfiguration: {
      AllowOrigins: [PAGE],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: ['content-type'],
      ExposeHeaders: ['etag'],
      MaxAge: 60,
    },
  });
  const asked = { origin: PAGE, 'access-control-request-method': 'POST' };

  async function preflight(resources: ResolvedStack['resources'], headers: Record<string, string>) {
    const own = await startHttpApi({
      stack: { ...STACK, resources: [...STACK.resources, ...resources] },
      callers: [CALLER],
      port: 0,
      invoker: { invoke: async () => ({ kind: 'success', payload: { a: 1 } }) },
    });
    try {
      const got = await fetch(`${own.url}/things`, { method: 'OPTIONS', headers });
      const called = await signedCall(own.url, 'GET', '/things', { headers });
      return { got, called };
    } finally {
      await own.close();
    }
  }
  const ofCors = (headers: Headers) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

  it('that are allowed are told what they may send, without a signature, and may read answers', async () => {
    const { got, called } = await preflight([open, cors], asked);
    expect(got.status).toBe(204);
    expect(ofCors(got.headers)).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '60',
    });
    expect(ofCors(called.headers)).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-expose-headers': 'etag',
    });
  });

  it('that are not allowed are told nothing', async () => {
    const { got, called } = await preflight([open, cors], {
      ...asked,
      origin: 'https://evil.example',
    });
    expect([got.status, ofCors(got.headers), ofCors(called.headers)]).toEqual([204, {}, {}]);
  });

  it('are asked for a signature where a route with an authorizer takes the preflight', async () => {
    expect((await preflight([cors], asked)).got.status).toBe(403);
  });

  it('are none of the business of an API without a word about them', async () => {
    const { got, called } = await preflight([open], asked);
    expect([got.status, ofCors(got.headers), ofCors(called.headers)]).toEqual([200, {}, {}]);
  });

  it('send other requests with OPTIONS to the route', async () => {
    expect((await preflight([open, cors], { origin: PAGE })).got.status).toBe(200);
  });
});

describe('limits', () => {
  it('a function is told by when the gateway wants its answer, half a minute after the call came', async () => {
    const from = Date.now();
    await call('GET', '/things');
    expect(answerBy - from).toBeGreaterThanOrEqual(30_000);
    expect(answerBy).toBeLessThanOrEqual(Date.now() + 30_000);
  });

  it('a body above 10 MB is refused', async () => {
    const status = await new Promise((resolve) => {
      const call = httpRequest(`${api.url}/things`, { method: 'POST' }, (got) => {
        got.resume();
        resolve(got.statusCode);
      });
      call.end(Buffer.alloc(10 * 1024 * 1024 + 1));
    });
    expect(status).toBe(413);
  });

  it('a port that is taken is told by its code', async () => {
    const port = Number(new URL(api.url).port);
    const second = startHttpApi({
      stack: STACK,
      callers: [CALLER],
      port,
      invoker: { invoke: async () => ({ kind: 'success', payload: null }) },
    });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
