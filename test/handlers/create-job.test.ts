import './environment-variables.ts';

import { beforeEach, describe, expect, it } from 'vitest';
import { startJob } from '../../functions/domain/transitions.ts';
import { StoreUnavailableError } from '../../functions/store/errors.ts';
import { context, uuid } from '../domain/builders.ts';
import { type CreateJobApi, createJobApi, OPERATION, withKey } from './create-job-api.ts';
import { expectDocumented } from './document.ts';
import { call, fieldsIn, JWT_AUTHORIZER, jobIn, lambdaContext, post } from './gateway.ts';

const budgetId = uuid(0xb1);
const SYNC = { type: 'budget_sync', budgetId };

let api: CreateJobApi;

beforeEach(() => {
  api = createJobApi();
});

describe('POST /jobs', () => {
  it.each(['budget_sync', 'suggestions_generate', 'sync_and_suggest'])(
    'puts a %s job in line',
    async (type) => {
      const answer = await api.posted({ type, budgetId });
      expect(answer.status).toBe(201);
      expect(jobIn(answer)).toMatchObject({ type, budgetId, status: 'queued', executionUrl: null });
      expect(answer.headers.location).toBe(`/jobs/${jobIn(answer).id}`);
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );

  it.each(['/money', '/jobs', '/a/jobs'])(
    'says where the job is also where a domain has the API under a path: %s',
    async (base) => {
      const answer = await api.raw(JSON.stringify(SYNC), { path: `${base}/jobs` });
      expect(answer.headers.location).toBe(`${base}/jobs/${jobIn(answer).id}`);
    },
  );

  it('keeps what was asked for in the metadata', async () => {
    const answer = await api.posted({ ...SYNC, fullResync: true, bankSync: true });
    expect(jobIn(answer).metadata).toMatchObject({ fullResync: true, bankSync: true });
  });

  it('takes a budget id in upper case for the same budget', async () => {
    const upper = 'ABCDEF01-2345-6789-ABCD-EF0123456789';
    const answer = await api.posted({ ...SYNC, budgetId: upper });
    expect(jobIn(answer).budgetId).toBe(upper.toLowerCase());
  });

  it('leaves the scheduled type to the scheduler', async () => {
    const answer = await api.posted({ type: 'scheduled_sync_and_suggest', budgetId });
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['/type']);
    expect(answer.body).toMatchObject({
      detail:
        "/type may not be scheduled_sync_and_suggest, which is the scheduler's own: ask for sync_and_suggest.",
    });
  });
});

describe('the same request again', () => {
  it('gives the same job, as it now stands, and says so', async () => {
    const first = await api.posted(SYNC, withKey('one'));
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    const record = [...api.jobs.records.values()][0];
    if (record !== undefined) api.jobs.write(startJob(record, context(5)));
    const again = await api.posted(SYNC, withKey('one'));
    expect(again.status).toBe(201);
    expect(again.headers).toMatchObject({
      'idempotency-replayed': 'true',
      location: first.headers.location,
    });
    expect(jobIn(again)).toMatchObject({ id: jobIn(first).id, status: 'running' });
  });

  it('knows it by what it means, not by how it is written', async () => {
    const first = await api.raw(`{"type":"budget_sync","budgetId":"${budgetId}"}`, withKey('one'));
    const again = await api.raw(
      `{ "budgetId": "${budgetId}", "type": "budget_sync" }`,
      withKey('one'),
    );
    expect(jobIn(again).id).toBe(jobIn(first).id);
  });

  it('gives the same job by another address of the API', async () => {
    const body = JSON.stringify(SYNC);
    const first = await api.raw(body, withKey('one'));
    const again = await api.raw(body, { ...withKey('one'), path: '/money/jobs' });
    expect(jobIn(again).id).toBe(jobIn(first).id);
  });

  it('is refused with another body', async () => {
    await api.posted(SYNC, withKey('one'));
    const other = await api.posted({ ...SYNC, fullResync: true }, withKey('one'));
    expect(other.status).toBe(422);
    expect(fieldsIn(other)).toEqual(['Idempotency-Key']);
    expect(api.jobs.records.size).toBe(1);
  });

  it('is refused once its job is not kept any more, and says so', async () => {
    await api.posted(SYNC, withKey('one'));
    api.jobs.records.clear();
    const again = await api.posted(SYNC, withKey('one'));
    expect(again).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('not kept any more') },
    });
  });

  it('is another request under another key, and without one', async () => {
    await api.posted(SYNC, withKey('one'));
    await api.posted(SYNC, withKey('two'));
    await api.posted(SYNC);
    await api.posted(SYNC);
    expect(api.jobs.records.size).toBe(4);
  });

  it('leaves a key free whose request was refused', async () => {
    await api.posted({ ...SYNC, budgetId: 'x' }, withKey('one'));
    expect((await api.posted(SYNC, withKey('one'))).status).toBe(201);
  });

  it.each(['', ' ', 'a b', 'ä', 'x'.repeat(256)])('refuses the key %j', async (key) => {
    const answer = await api.posted(SYNC, withKey(key));
    expect(answer.status).toBe(400);
    expect(fieldsIn(answer)).toEqual(['Idempotency-Key']);
  });

  it('takes a key of 255 characters', async () => {
    expect((await api.posted(SYNC, withKey('~'.repeat(255)))).status).toBe(201);
  });
});

describe('who asks', () => {
  const role = (session: string, accountId = '444455556666', id = 'AROAEXAMPLEROLEID0000') => ({
    authorizer: { iam: { accountId, userId: `${id}:${session}` } },
  });

  it('is the account and the role, whatever the session is called', async () => {
    const first = await api.posted(SYNC, { ...withKey('one'), ...role('anna') });
    const again = await api.posted(SYNC, { ...withKey('one'), ...role('ben') });
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
      expect((await api.posted(SYNC, { ...withKey('one'), ...caller })).status).toBe(201);
    }
    expect(api.jobs.records.size).toBe(callers.length);
  });

  it('is another one for each federated user of an account, and none of them its root', async () => {
    const callers = ['444455556666:anna', '444455556666:ben', '444455556666'];
    const asked = callers.map(async (userId) => {
      const authorizer = { iam: { accountId: '444455556666', userId } };
      return Object(jobIn(await api.posted(SYNC, { authorizer })).metadata).requestedBy;
    });
    expect(await Promise.all(asked)).toEqual(callers.map((caller) => `444455556666/${caller}`));
  });

  it('is the issuer and the subject of a token', async () => {
    const answer = await api.posted(SYNC, { authorizer: JWT_AUTHORIZER });
    expect(jobIn(answer).metadata).toMatchObject({
      requestedBy: 'https://issuer.example.com/ auth0|0123456789',
    });
  });

  it('has to be known', async () => {
    expect((await api.posted(SYNC, { authorizer: {} })).status).toBe(403);
    expect(api.jobs.records.size).toBe(0);
  });

  it('is kept as a hash with the key, never in clear', async () => {
    await api.posted(SYNC, withKey('my-key'));
    const kept = api.jobs.creations[0]?.request;
    expect(kept?.key).toMatch(/^[0-9a-f]{64}$/);
    expect(kept?.bodyHash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a table that does not answer', () => {
  it('is a 503 that says when to try again, and how', async () => {
    api.jobs.create = async () => {
      throw new StoreUnavailableError({ cause: new Error('no') });
    };
    const answer = await api.posted(SYNC);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(JSON.stringify(answer.body)).toContain('Idempotency-Key');
  });

  it('is a 503 before the function runs out of time', async () => {
    api.jobs.create = () => new Promise(() => {});
    const answer = await call(api.route, post(SYNC), lambdaContext(501));
    expect(answer.status).toBe(503);
    expectDocumented(OPERATION, answer);
  });
});
