import './environment-variables.ts';

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { startJob } from '../../functions/domain/transitions.ts';
import { createJobRoute } from '../../functions/handlers/create-job.ts';
import type { Route } from '../../functions/handlers/http/route.ts';
import { StoreUnavailableError } from '../../functions/store/errors.ts';
import { context, uuid } from '../domain/builders.ts';
import { expectDocumented, fitsRequestBody } from './document.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import {
  type Answered,
  call,
  fieldsIn,
  gatewayEvent,
  JWT_AUTHORIZER,
  jobIn,
  lambdaContext,
  messagesIn,
  post,
  type Request,
} from './gateway.ts';
import { MemoryJobs, submitPorts } from './memory-jobs.ts';

const OPERATION = 'POST /jobs';
const budgetId = uuid(0xb1);
const SYNC = { type: 'budget_sync', budgetId };

let jobs: MemoryJobs;
let work: Route;

beforeEach(() => {
  jobs = new MemoryJobs();
  work = createJobRoute(submitPorts(jobs), STATE_MACHINE_ARN);
});

/** Every answer is checked against the document. */
async function sent(event: ReturnType<typeof gatewayEvent>): Promise<Answered> {
  const answer = await call(work, event);
  expectDocumented(OPERATION, answer);
  return answer;
}

const posted = (body: unknown, more?: Request) => sent(post(body, more));
const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });

function raw(body: string, more: Request = {}): Promise<Answered> {
  return sent(gatewayEvent({ method: 'POST', path: '/jobs', pathParameters: {}, body, ...more }));
}

describe('POST /jobs', () => {
  it.each(['budget_sync', 'suggestions_generate', 'sync_and_suggest'])(
    'puts a %s job in line',
    async (type) => {
      const answer = await posted({ type, budgetId });
      expect(answer.status).toBe(201);
      expect(jobIn(answer)).toMatchObject({ type, budgetId, status: 'queued', executionUrl: null });
      expect(answer.headers.location).toBe(`/jobs/${jobIn(answer).id}`);
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );

  it('keeps what was asked for in the metadata', async () => {
    const answer = await posted({ ...SYNC, fullResync: true, bankSync: false });
    expect(jobIn(answer).metadata).toMatchObject({ fullResync: true, bankSync: false });
  });

  it('takes a budget id in upper case for the same budget', async () => {
    const upper = 'ABCDEF01-2345-6789-ABCD-EF0123456789';
    const answer = await posted({ ...SYNC, budgetId: upper });
    expect(jobIn(answer).budgetId).toBe(upper.toLowerCase());
  });

  it.each([
    ['suggestions_retry_payee', { suggestionId: 'transaction.1' }],
    ['suggestions_apply', { suggestionIds: ['transaction.1'], minConfidence: 0.5 }],
    ['suggestions_apply', {}],
    ['snapshot_create', {}],
    ['snapshot_redownload', {}],
    ['budget_sync', { bankSync: true }],
    ['sync_and_suggest', { bankSync: true }],
  ])('understands %s with %j, but cannot do it yet', async (type, more) => {
    const answer = await posted({ type, budgetId, ...more });
    expect(answer.status).toBe(501);
    expect(jobs.creations).toHaveLength(0);
  });

  it('leaves the scheduled type to the scheduler', async () => {
    const answer = await posted({ type: 'scheduled_sync_and_suggest', budgetId });
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['/type']);
    expect(messagesIn(answer)[0]).toContain("the scheduler's own");
  });
});

describe('a body that is not right', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `transaction-${n}.1`);

  it.each<readonly [string, unknown, readonly string[]]>([
    ['no type', { budgetId }, ['/type']],
    ['an unknown type', { type: 'sync', budgetId }, ['/type']],
    ['a type that is no text', { type: ['budget_sync'], budgetId }, ['/type']],
    ['no budget', { type: 'budget_sync' }, ['/budgetId']],
    ['a budget that is no UUID', { type: 'budget_sync', budgetId: 'My-Finances' }, ['/budgetId']],
    ['an unknown field', { ...SYNC, fullresync: true }, ['/fullresync']],
    ['a field of another type', { ...SYNC, suggestionId: 'transaction.1' }, ['/suggestionId']],
    ['a flag that is a text', { ...SYNC, fullResync: 'yes' }, ['/fullResync']],
    [
      'several at once',
      { type: 'budget_sync', bankSync: 1, x: 1 },
      ['/budgetId', '/bankSync', '/x'],
    ],
    ['a name that JSON pointers escape', { ...SYNC, 'a/b~c': 1 }, ['/a~1b~0c']],
    ['a list', [], ['']],
    ['null', null, ['']],
    [
      'no suggestions',
      { type: 'suggestions_apply', budgetId, suggestionIds: [] },
      ['/suggestionIds'],
    ],
    [
      'too many suggestions',
      { type: 'suggestions_apply', budgetId, suggestionIds: ids(501) },
      ['/suggestionIds'],
    ],
    [
      'a suggestion named twice',
      { type: 'suggestions_apply', budgetId, suggestionIds: ['t.1', 't.1'] },
      ['/suggestionIds'],
    ],
    [
      'a suggestion without its revision',
      { type: 'suggestions_apply', budgetId, suggestionIds: ['t.1', 't'] },
      ['/suggestionIds/1'],
    ],
    [
      'a confidence in percent',
      { type: 'suggestions_apply', budgetId, minConfidence: 90 },
      ['/minConfidence'],
    ],
    ['no suggestion', { type: 'suggestions_retry_payee', budgetId }, ['/suggestionId']],
  ])('names the fields at fault: %s', async (_what, body, fields) => {
    const answer = await posted(body);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(fields);
    expect(jobs.creations).toHaveLength(0);
  });

  it('takes 500 suggestions', async () => {
    const answer = await posted({ type: 'suggestions_apply', budgetId, suggestionIds: ids(500) });
    expect(answer.status).toBe(501);
  });

  it('says what would be right', async () => {
    const answer = await posted({
      budgetId: 'My-Finances',
      type: 'budget_sync',
      fullResync: 'yes',
    });
    expect(messagesIn(answer)).toEqual([
      'has to be a UUID, such as 0190b1d4-7c1a-7000-8000-000000000001',
      'has to be true or false',
    ]);
  });

  it('never repeats what was sent', async () => {
    const secret = 'hunter2-hunter2';
    const answers = await Promise.all([
      posted({ type: secret, budgetId: secret }),
      posted({ type: 'budget_sync', budgetId: secret, fullResync: secret }),
      posted({
        type: 'suggestions_apply',
        budgetId,
        suggestionIds: [secret],
        minConfidence: secret,
      }),
      raw(`{"password": ${secret}}`),
      posted(SYNC, withKey(`${secret} with a space`)),
    ]);
    for (const answer of answers) expect(JSON.stringify(answer.body)).not.toContain(secret);
  });

  it('cuts long names short and many errors off', async () => {
    const many = Object.fromEntries(ids(30).map((id) => [id.repeat(100), 1]));
    const answer = await posted({ ...SYNC, ...many });
    expect(fieldsIn(answer)).toHaveLength(20);
    expect(JSON.stringify(answer.body).length).toBeLessThan(10_000);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes %s for an unknown field like any other',
    async (name) => {
      const answer = await raw(`{"type":"budget_sync","budgetId":"${budgetId}","${name}":{"x":1}}`);
      expect(answer.status).toBe(400);
      expect(fieldsIn(answer)).toEqual([`/${name}`]);
    },
  );

  it.each([
    ['half a body', '{"type":'],
    ['nothing', ''],
    ['deep nesting without an end', '['.repeat(60_000)],
  ])('wants JSON: %s', async (_what, body) => {
    const answer = await raw(body);
    expect(answer.status).toBe(400);
    expect(messagesIn(answer)).toEqual(['has to be JSON in UTF-8']);
  });

  it('refuses deep nesting like any other wrong type', async () => {
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    const answer = await raw(`{"type":"budget_sync","budgetId":${deep}}`);
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['/budgetId']);
  });

  it('takes up to 64 KB', async () => {
    const fill = (bytes: number) => {
      const body = JSON.stringify(SYNC);
      return body + ' '.repeat(bytes - body.length);
    };
    expect((await raw(fill(65_536))).status).toBe(201);
    expect((await raw(fill(65_537))).status).toBe(413);
  });

  it('counts bytes, not characters', async () => {
    expect((await raw(JSON.stringify('ä'.repeat(40_000)))).status).toBe(413);
  });

  it('reads a body that comes in base64', async () => {
    const encoded = { isBase64Encoded: true };
    const base64 = (bytes: Buffer) => bytes.toString('base64');
    expect((await raw(base64(Buffer.from(JSON.stringify(SYNC))), encoded)).status).toBe(201);
    const latin1 = await raw(base64(Buffer.from([0x22, 0xff, 0x22])), encoded);
    expect(messagesIn(latin1)).toEqual(['has to be JSON in UTF-8']);
    expect((await raw(base64(Buffer.alloc(65_537, 0x20)), encoded)).status).toBe(413);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'refuses a body of type %j',
    async (type) => {
      const answer = await posted(SYNC, { headers: { 'content-type': type } });
      expect(answer.status).toBe(415);
    },
  );

  it.each(['application/json', 'Application/JSON; charset=utf-8'])(
    'takes a body of type %s',
    async (type) => {
      const answer = await posted(SYNC, { headers: { 'content-type': type } });
      expect(answer.status).toBe(201);
    },
  );

  it('refuses parameters in the query', async () => {
    const answer = await raw(JSON.stringify(SYNC), { query: 'dryRun=true' });
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['dryRun']);
  });

  it('never answers arbitrary JSON with a 5xx but "not yet"', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        expect((await raw(body)).status).toBe(400);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts exactly the bodies that the document describes', async () => {
    const fields = {
      budgetId: fc.oneof({ weight: 9, arbitrary: fc.uuid() }, fc.constantFrom(null, 'x', 7)),
      fullResync: fc.constantFrom(true, false, 'true'),
      bankSync: fc.constantFrom(true, false, null),
      suggestionId: fc.constantFrom('transaction.1', 'a b.1', 'transaction.0', 'transaction', 1),
      suggestionIds: fc.array(fc.constantFrom('a.1', 'b.2', 'c.3', 'c.0'), { maxLength: 3 }),
      minConfidence: fc.constantFrom(0, 0.5, 1, -0.1, 1.1, '1'),
    };
    const {
      budgetId: id,
      fullResync,
      bankSync,
      suggestionId,
      suggestionIds,
      minConfidence,
    } = fields;
    const body = (type: string, optional: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
      fc.record(
        { type: fc.constant(type), budgetId: id, ...optional },
        { requiredKeys: ['type', 'budgetId'] },
      );
    const nearly = fc.oneof(
      body('budget_sync', { fullResync, bankSync }),
      body('sync_and_suggest', { fullResync, bankSync }),
      body('suggestions_generate', { fullResync }),
      body('suggestions_retry_payee', { suggestionId }),
      body('suggestions_apply', { suggestionIds, minConfidence }),
      body('snapshot_create', { suggestionId }),
      body('snapshot_redownload', { other: fc.constant(1) }),
      body('scheduled_sync_and_suggest', {}),
    );
    const accepted = [201, 501];
    await fc.assert(
      fc.asyncProperty(nearly, async (body) => {
        const { status } = await posted(body);
        expect(accepted.includes(status)).toBe(fitsRequestBody(OPERATION, body));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the same request again', () => {
  it('gives the same job, as it now stands, and says so', async () => {
    const first = await posted(SYNC, withKey('one'));
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    const record = [...jobs.records.values()][0];
    if (record !== undefined) jobs.write(startJob(record, context(5)));
    const again = await posted(SYNC, withKey('one'));
    expect(again.status).toBe(201);
    expect(again.headers).toMatchObject({
      'idempotency-replayed': 'true',
      location: first.headers.location,
    });
    expect(jobIn(again)).toMatchObject({ id: jobIn(first).id, status: 'running' });
  });

  it('knows it by what it means, not by how it is written', async () => {
    const first = await raw(`{"type":"budget_sync","budgetId":"${budgetId}"}`, withKey('one'));
    const again = await raw(`{ "budgetId": "${budgetId}", "type": "budget_sync" }`, withKey('one'));
    expect(jobIn(again).id).toBe(jobIn(first).id);
  });

  it('is refused with another body', async () => {
    await posted(SYNC, withKey('one'));
    const other = await posted({ ...SYNC, fullResync: true }, withKey('one'));
    expect(other.status).toBe(422);
    expect(jobs.records.size).toBe(1);
  });

  it('is another request under another key, and without one', async () => {
    await posted(SYNC, withKey('one'));
    await posted(SYNC, withKey('two'));
    await posted(SYNC);
    await posted(SYNC);
    expect(jobs.records.size).toBe(4);
  });

  it('leaves a key free whose request was refused', async () => {
    await posted({ ...SYNC, budgetId: 'x' }, withKey('one'));
    expect((await posted(SYNC, withKey('one'))).status).toBe(201);
  });

  it.each(['', ' ', 'a b', 'ä', 'x'.repeat(256)])('refuses the key %j', async (key) => {
    const answer = await posted(SYNC, withKey(key));
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['Idempotency-Key']);
  });

  it('takes a key of 255 characters', async () => {
    expect((await posted(SYNC, withKey('~'.repeat(255)))).status).toBe(201);
  });
});

describe('who asks', () => {
  const role = (session: string, accountId = '444455556666', id = 'AROAEXAMPLEROLEID0000') => ({
    authorizer: { iam: { accountId, userId: `${id}:${session}` } },
  });

  it('is the account and the role, whatever the session is called', async () => {
    const first = await posted(SYNC, { ...withKey('one'), ...role('anna') });
    const again = await posted(SYNC, { ...withKey('one'), ...role('ben') });
    expect(jobIn(again).id).toBe(jobIn(first).id);
    expect(jobIn(first).metadata).toMatchObject({
      requestedBy: '444455556666/AROAEXAMPLEROLEID0000',
    });
    expect(JSON.stringify(first.body)).not.toContain('anna');
  });

  it('has keys of its own in each account, role and issuer', async () => {
    const callers = [
      role('s'),
      role('s', '999999999999'),
      role('s', '444455556666', 'AROAOTHER'),
      { authorizer: { iam: { accountId: '444455556666', userId: 'AIDAUSER' } } },
      { authorizer: JWT_AUTHORIZER },
      { authorizer: { jwt: { claims: { ...JWT_AUTHORIZER.jwt.claims, sub: 'another' } } } },
    ];
    for (const caller of callers) {
      expect((await posted(SYNC, { ...withKey('one'), ...caller })).status).toBe(201);
    }
    expect(jobs.records.size).toBe(callers.length);
  });

  it('is the issuer and the subject of a token', async () => {
    const answer = await posted(SYNC, { authorizer: JWT_AUTHORIZER });
    expect(jobIn(answer).metadata).toMatchObject({
      requestedBy: 'https://issuer.example.com/ auth0|0123456789',
    });
  });

  it('has to be known', async () => {
    expect((await posted(SYNC, { authorizer: {} })).status).toBe(403);
    expect(jobs.records.size).toBe(0);
  });

  it('is kept as a hash with the key, never in clear', async () => {
    await posted(SYNC, withKey('my-key'));
    const kept = jobs.creations[0]?.request;
    expect(kept?.key).toMatch(/^[0-9a-f]{64}$/);
    expect(kept?.bodyHash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a table that does not answer', () => {
  it('is a 503 that says when to try again, and how', async () => {
    jobs.create = async () => {
      throw new StoreUnavailableError({ cause: new Error('no') });
    };
    const answer = await posted(SYNC);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(JSON.stringify(answer.body)).toContain('Idempotency-Key');
  });

  it('is a 503 before the function runs out of time', async () => {
    jobs.create = () => new Promise(() => {});
    const answer = await call(work, post(SYNC), lambdaContext(501));
    expect(answer.status).toBe(503);
    expectDocumented(OPERATION, answer);
  });
});
