import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../client/api-error.ts';
import { answered, endOf, openClient } from '../../client/client.ts';
import { type Credentials, type Send, signed, withToken } from '../../client/sending.ts';
import type { InvocationResult, ResolvedStack } from '../../local/runtime/contract.ts';
import { startHttpApi } from '../../local/runtime/http/api.ts';
import { uuid } from '../domain/builders.ts';
import { CREDENTIALS } from '../e2e/installation.ts';

/** The client, calling a gateway that looks at signatures. */

const JOB = uuid(1);
const BUDGET = uuid(0xb1);
const ROUTES = [
  ['GET /jobs/{jobId}', 'AWS_IAM'],
  ['GET /jobs', 'AWS_IAM'],
  ['POST /jobs', 'AWS_IAM'],
  ['GET /openapi.json', 'NONE'],
] as const;

const resource = (type: string, logicalId: string, properties: Record<string, unknown>) => ({
  type,
  logicalId,
  physicalId: logicalId,
  arn: logicalId,
  properties,
});
const STACK: ResolvedStack = {
  stacks: new Map(),
  outputs: {},
  resources: ROUTES.flatMap(([routeKey, AuthorizationType], index) => [
    resource('AWS::ApiGatewayV2::Integration', `I${index}`, { IntegrationUri: routeKey }),
    resource('AWS::ApiGatewayV2::Route', `R${index}`, {
      RouteKey: routeKey,
      Target: `integrations/I${index}`,
      AuthorizationType,
    }),
  ]),
};

let api: Awaited<ReturnType<typeof startHttpApi>>;
let events: unknown[];
/** What the functions answer, one after the other. */
let answers: InvocationResult[];

const answering = (statusCode: number, body: unknown, headers = {}): InvocationResult => ({
  kind: 'success',
  payload: {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  },
});
const job = (status: string) => answering(200, { job: { id: JOB, status }, steps: [] });

beforeAll(async () => {
  api = await startHttpApi({
    stack: STACK,
    callers: [
      {
        credentials: CREDENTIALS,
        userArn: 'arn:aws:iam::000000000000:user/client',
        userId: 'AIDA',
      },
    ],
    port: 0,
    invoker: {
      invoke: async (_function, event) => {
        events.push(event);
        return answers.shift() ?? answering(200, {});
      },
    },
  });
});
afterAll(() => api.close());
beforeEach(() => {
  events = [];
  answers = [];
});

const signing = (credentials: Credentials = CREDENTIALS) =>
  signed(async () => credentials, 'us-east-1');
const client = (send: Send = signing()) => openClient(api.url, send);
const getJob = (send?: Send) =>
  answered(client(send).GET('/jobs/{jobId}', { params: { path: { jobId: JOB } } }));
const refused = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable('It went through'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ApiError);
      return error;
    },
  );

describe('a call', () => {
  it('is signed as it is sent, with its parameters and its body', async () => {
    const query = { budgetId: BUDGET, cursor: 'a+b/c= d*', limit: 2 };
    await answered(client().GET('/jobs', { params: { query } }));
    await answered(
      client().POST('/jobs', {
        params: { header: { 'Idempotency-Key': 'one' } },
        body: { type: 'suggestions_apply', budgetId: BUDGET, minConfidence: 0.9 },
      }),
    );
    expect(events).toMatchObject([
      { queryStringParameters: { budgetId: BUDGET, cursor: 'a+b/c= d*', limit: '2' } },
      {
        headers: { 'content-type': 'application/json', 'idempotency-key': 'one' },
        body: JSON.stringify({ type: 'suggestions_apply', budgetId: BUDGET, minConfidence: 0.9 }),
      },
    ]);
  });

  it("carries the token of a role's credentials, which are asked for each time", async () => {
    let asked = 0;
    const send = signed(async () => {
      asked += 1;
      return { ...CREDENTIALS, sessionToken: 'session' };
    }, 'us-east-1');
    await getJob(send);
    await getJob(send);
    expect(asked).toBe(2);
    expect(events).toMatchObject(Array(2).fill({ headers: { 'x-amz-security-token': 'session' } }));
  });

  it('may carry a bearer token instead', async () => {
    await answered(client(withToken('abc.def.ghi')).GET('/openapi.json', {}));
    expect(events).toMatchObject([{ headers: { authorization: 'Bearer abc.def.ghi' } }]);
  });
});

describe('a refusal', () => {
  it('by the gateway is told with its status', async () => {
    const error = await refused(getJob(signing({ ...CREDENTIALS, secretAccessKey: 'other' })));
    expect(error).toMatchObject({ message: '403 Forbidden', status: 403, kind: undefined });
  });

  it('by the API is told in its own words, with what leads to it and when to come again', async () => {
    answers = [
      answering(
        409,
        {
          type: 'urn:actual-jobs:problem:conflict',
          title: 'T',
          status: 409,
          detail: 'Send it again.',
        },
        { 'x-request-id': 'request-1', 'retry-after': '1' },
      ),
    ];
    expect(await refused(getJob())).toMatchObject({
      message: 'Send it again.',
      status: 409,
      kind: 'conflict',
      requestId: 'request-1',
      retryAfter: 1,
    });
  });
});

describe('the end of a job', () => {
  const unavailable = answering(503, {}, { 'retry-after': '0' });

  it('is waited for, through answers that the API could not be asked', async () => {
    answers = [job('queued'), unavailable, job('running'), job('succeeded')];
    expect((await endOf(client(), JOB)).job.status).toBe('succeeded');
    expect(events).toMatchObject(Array(4).fill({ rawQueryString: 'wait=20' }));
  });

  it('is given up after six of those in a row', async () => {
    answers = Array(6).fill(unavailable);
    expect(await refused(endOf(client(), JOB))).toMatchObject({ status: 503 });
    expect(events).toHaveLength(6);
  });

  it('of a job that is not there is told at once', async () => {
    answers = [answering(404, { type: 'urn:x:not-found', detail: 'There is no job.' })];
    expect(await refused(endOf(client(), JOB))).toMatchObject({ kind: 'not-found' });
  });
});
