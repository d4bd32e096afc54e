import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answered, openClient } from '../../client/client.ts';
import { type Credentials, type Send, signed, withToken } from '../../client/sending.ts';
import { uuid } from '../domain/builders.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import {
  type AnsweringGateway,
  answering,
  JOB,
  refused,
  startAnsweringGateway,
} from './answering-gateway.ts';

/** The client, calling a gateway that looks at signatures. */

const BUDGET = uuid(0xb1);

let gateway: AnsweringGateway;

beforeAll(async () => {
  gateway = await startAnsweringGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.events = [];
  gateway.answers = [];
});

const signing = (credentials: Credentials = CREDENTIALS) =>
  signed(async () => credentials, 'us-east-1');
const client = (send: Send = signing()) => openClient(gateway.url, send);
const getJob = (send?: Send) =>
  answered(client(send).GET('/jobs/{jobId}', { params: { path: { jobId: JOB } } }), 'job');

describe('a call', () => {
  it('is signed as it is sent, with its parameters and its body', async () => {
    const query = { budgetId: BUDGET, cursor: 'a+b/c= d*', limit: 2 };
    await answered(client().GET('/jobs', { params: { query } }), 'jobs');
    await answered(
      client().POST('/jobs', {
        params: { header: { 'Idempotency-Key': 'one' } },
        body: { type: 'suggestions_apply', budgetId: BUDGET, minConfidence: 0.9 },
      }),
      'job',
    );
    expect(gateway.events).toMatchObject([
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
    expect(gateway.events).toMatchObject(
      Array(2).fill({ headers: { 'x-amz-security-token': 'session' } }),
    );
  });

  it.each([
    ['signed', signing()],
    ['with a token', withToken('abc.def.ghi')],
  ] as const)('%s, is given up when its caller gives up', async (_how, send) => {
    const { signal } = new AbortController();
    const given = AbortSignal.abort(new Error('No longer wanted'));
    await expect(client(send).GET('/openapi.json', { signal: given })).rejects.toThrow(
      'No longer wanted',
    );
    await answered(client(send).GET('/openapi.json', { signal }), 'paths');
    expect(gateway.events).toHaveLength(1);
  });

  it.each<readonly [string, () => Send]>([
    ['the token', () => withToken('canary.of\n.token')],
    ['the session token', () => signing({ ...CREDENTIALS, sessionToken: 'canary\nof session' })],
    ['the access key id', () => signing({ ...CREDENTIALS, accessKeyId: 'AKIA\ncanary' })],
  ])(
    'with line breaks in %s is not sent, and the refusal does not quote it',
    async (what, send) => {
      const call = async () => client(send()).GET('/openapi.json', {});
      const refusal = await call().catch((error: unknown) => String(error));
      expect(refusal).toBe(
        `RangeError: A call cannot carry ${what}: it is no line of visible ASCII.`,
      );
      expect(gateway.events).toEqual([]);
    },
  );

  it('with an accent in the token is not sent either', () => {
    expect(() => withToken('canary-clé')).toThrow(
      /^A call cannot carry the token: it is no line of visible ASCII\.$/,
    );
  });

  it('is signed for the region that its caller names', async () => {
    const elsewhere = signed(async () => CREDENTIALS, 'eu-central-1');
    expect(await refused(getJob(elsewhere))).toMatchObject({ status: 403 });
  });

  it('may carry a bearer token instead, as it stands on the line of a file', async () => {
    await answered(client(withToken('abc.def.ghi\n')).GET('/openapi.json', {}), 'paths');
    expect(gateway.events).toMatchObject([{ headers: { authorization: 'Bearer abc.def.ghi' } }]);
  });
});

describe('a link to a file', () => {
  it('is not followed with the signature of the call that asked for it', async () => {
    gateway.answers = [
      answering(303, { snapshot: {} }, { location: 'http://127.0.0.1:1/budget.zip' }),
    ];
    const path = { budgetId: BUDGET, snapshotId: JOB };
    const { response } = await client().GET('/budgets/{budgetId}/snapshots/{snapshotId}/download', {
      params: { path },
    });
    expect(response.headers.get('location')).toBe('http://127.0.0.1:1/budget.zip');
  });

  it('is not followed with a token either', async () => {
    gateway.answers = [answering(303, {}, { location: 'http://127.0.0.1:1/budget.zip' })];
    const { response } = await client(withToken('abc.def.ghi')).GET('/openapi.json', {});
    expect(response.status).toBe(303);
  });
});

describe('a refusal', () => {
  it('by the gateway is told with its status', async () => {
    const error = await refused(getJob(signing({ ...CREDENTIALS, secretAccessKey: 'other' })));
    expect(error).toMatchObject({ message: '403 Forbidden', status: 403, kind: undefined });
  });

  it('by the API is told in its own words, with what leads to it and when to come again', async () => {
    gateway.answers = [
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

it('whoever stands before the API is not taken for it because of a detail alone', async () => {
  gateway.answers = [answering(502, { detail: 'Canary' })];
  expect(await refused(getJob())).toMatchObject({
    message: 'The API answered 502.',
    kind: undefined,
  });
});

it.each([
  ['a date', 'Fri, 27 Nov 2026 16:00:00 GMT'],
  ['nothing', ''],
  ['a time before now', '-1'],
])('%s after which to come again is no number of seconds', async (_what, said) => {
  gateway.answers = [answering(503, {}, { 'retry-after': said })];
  expect(await refused(getJob())).toMatchObject({ status: 503, retryAfter: undefined });
});
