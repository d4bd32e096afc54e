import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { synthesized } from './assemblies.ts';
import { type Installation, install } from './installation.ts';

/** Jobs on a real budget, through the synthesized template, from the HTTPS call to the settled job. */

let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let home: string;

beforeAll(async () => {
  const [assembly, started] = await Promise.all([synthesized(), startActualServer()]);
  server = started;
  home = await householdDoes(server.url, [{ do: 'create', transactions: 60 }, { do: 'reset' }]);
  proxy = await proxyTo(server.url);
  product = await install({ assembly, serverUrl: proxy.url });
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

describe('sync_and_suggest', () => {
  it('syncs the budget, proposes categories and tells the whole story', async () => {
    const { body } = await product.call('POST', '/jobs', {
      body: { type: 'sync_and_suggest', budgetId: home },
    });
    expect(body.job).toMatchObject({ status: 'queued', executionUrl: null });
    const { job, steps } = await product.ended(body.job.id);
    expect(job).toMatchObject({ status: 'succeeded', failureReason: null });
    expect(steps.map(({ stepType, status }) => [stepType, status])).toEqual([
      ['sync', 'succeeded'],
      ['suggestions', 'succeeded'],
    ]);
    expect(job.metadata.counts).toMatchObject({ accounts: 3 });

    const history = await product.call('GET', `/jobs/${job.id}/events`);
    const [sync, suggestions] = body.steps;
    expect(
      history.body.events.map(({ stepId, status }: { stepId: string; status: string }) => [
        stepId,
        status,
      ]),
    ).toEqual([
      [null, 'queued'],
      [sync.id, 'queued'],
      [suggestions.id, 'queued'],
      [null, 'running'],
      [sync.id, 'running'],
      [sync.id, 'succeeded'],
      [suggestions.id, 'running'],
      [suggestions.id, 'succeeded'],
      [null, 'succeeded'],
    ]);
  });

  it('is sent again to a caller who has it only when it has changed', async () => {
    const held = Promise.withResolvers<void>();
    proxy.onRequest = () => ({ held: held.promise });
    const { body } = await product.call('POST', '/jobs', {
      body: { type: 'budget_sync', budgetId: home },
    });
    const path = `/jobs/${body.job.id}`;
    const before = await product.call('GET', path);
    held.resolve();
    proxy.onRequest = () => 'pass';
    await product.ended(body.job.id);
    const unlessKnown = { headers: { 'if-none-match': String(before.headers.get('etag')) } };
    const after = await product.call('GET', `${path}?wait=20`, unlessKnown);
    expect([after.status, after.body.job.status]).toEqual([200, 'succeeded']);
    const ended = { headers: { 'if-none-match': String(after.headers.get('etag')) } };
    const again = await product.call('GET', `${path}?wait=20`, ended);
    expect([again.status, again.body, again.headers.get('content-type')]).toEqual([
      304,
      null,
      null,
    ]);
    expect(again.headers.get('x-request-id')).toBe(again.headers.get('apigw-requestid'));
  });

  it('runs as an execution named by the job, through the states of its type', async () => {
    const { job } = await product.run('sync_and_suggest', home);
    const [execution] = product.stack.executions
      .list(String(product.stack.stack.outputs.StateMachineArn))
      .filter(({ name }) => name === job.id);
    expect(execution?.states).toEqual(['JobType', 'Sync', 'Suggestions', 'SettleSucceeded']);
  });

  it('counts what is new since the snapshot before', async () => {
    await product.run('budget_sync', home);
    await householdDoes(server.url, [
      { do: 'open', syncId: home },
      { do: 'add', transactions: 4 },
    ]);
    const { job } = await product.run('budget_sync', home);
    expect(job.metadata.counts).toMatchObject({ newTransactions: 4 });
  });

  it('lists proposals with payee, amount, category, confidence and reason', async () => {
    await product.run('sync_and_suggest', home);
    const { body } = await product.call(
      'GET',
      `/budgets/${home}/suggestions?limit=3&status=pending`,
    );
    expect(body.suggestions).toHaveLength(3);
    expect(body.nextCursor).toEqual(expect.any(String));
    const grocer = body.suggestions.find((suggestion: { transaction: { payee: string } }) =>
      suggestion.transaction.payee.startsWith('Canary Grocer'),
    );
    expect(grocer).toMatchObject({
      budgetId: home,
      status: 'pending',
      transaction: { amount: expect.any(Number), date: expect.any(String) },
      proposals: [{ categoryName: 'Food at home', confidence: expect.any(Number) }],
      reason: expect.stringContaining('Food at home'),
    });
  });
});

describe('suggestions_generate', () => {
  it('goes through a sync, once, for a budget that has no snapshot', async () => {
    const fresh = await householdDoes(server.url, [{ do: 'create', transactions: 20 }]);
    const { job } = await product.run('suggestions_generate', fresh);
    expect(job).toMatchObject({ status: 'succeeded' });
    const [execution] = product.stack.executions
      .list(String(product.stack.stack.outputs.StateMachineArn))
      .filter(({ name }) => name === job.id);
    expect(execution?.states).toEqual([
      'JobType',
      'Suggestions',
      'RefreshSnapshot',
      'SuggestionsAfterRefresh',
      'SettleSucceeded',
    ]);
  });

  it('writes nothing when nothing changed', async () => {
    await product.run('sync_and_suggest', home);
    const { job } = await product.run('suggestions_generate', home);
    expect(job.metadata.counts).toMatchObject({ written: 0, removed: 0 });
  });
});

describe('jobs of one budget', () => {
  it('run one after the other, oldest first', async () => {
    const ids: string[] = [];
    // One after the other: of calls at the same time none is older. Opening the budget takes longer than asking for more.
    while (ids.length < 3) {
      const { body } = await product.call('POST', '/jobs', {
        body: { type: 'budget_sync', budgetId: home, fullResync: true },
      });
      ids.push(body.job.id);
    }
    const jobs = await Promise.all(ids.map((id) => product.ended(id)));
    expect(jobs.map(({ job }) => job.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    for (const [index, { job }] of jobs.entries()) {
      const before = jobs[index - 1]?.job;
      if (before) expect(String(job.startedAt) >= String(before.completedAt)).toBe(true);
    }
  });
});

describe('an execution that is stopped in the console', () => {
  it('cancels its job and lets the next one run', async () => {
    const stopped = await product.call('POST', '/jobs', {
      body: { type: 'sync_and_suggest', budgetId: home },
    });
    const waiting = await product.call('POST', '/jobs', {
      body: { type: 'budget_sync', budgetId: home },
    });
    const machine = String(product.stack.stack.outputs.StateMachineArn);
    const { id } = stopped.body.job;
    await expect
      .poll(() => product.stack.executions.list(machine).some(({ name }) => name === id), {
        interval: 5,
      })
      .toBe(true);
    product.stack.executions.stop(`${machine.replace(':stateMachine:', ':execution:')}:${id}`);
    expect((await product.ended(id)).job).toMatchObject({
      status: 'canceled',
      failureReason: null,
    });
    expect((await product.ended(waiting.body.job.id)).job.status).toBe('succeeded');
  });
});

describe('the API', () => {
  it('lets nobody in who did not sign', async () => {
    const { url } = product.stack;
    const unsigned = await fetch(`${url}/jobs?budgetId=${home}`);
    expect([unsigned.status, await unsigned.json()]).toEqual([403, { message: 'Forbidden' }]);
  });

  it('gives the same job for the same idempotency key', async () => {
    const request = {
      body: { type: 'budget_sync', budgetId: home },
      headers: { 'idempotency-key': 'nightly-1' },
    };
    const first = await product.call('POST', '/jobs', request);
    const again = await product.call('POST', '/jobs', request);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body.job.id).toBe(first.body.job.id);
    await product.ended(first.body.job.id);
  });

  it('lists the jobs of the budget in pages', async () => {
    await product.run('budget_sync', home);
    await product.run('budget_sync', home);
    const first = await product.call('GET', `/jobs?budgetId=${home}&limit=1`);
    const next = await product.call(
      'GET',
      `/jobs?budgetId=${home}&cursor=${first.body.nextCursor}&limit=1`,
    );
    expect([first.status, next.status]).toEqual([200, 200]);
    expect(next.body.jobs[0].id < first.body.jobs[0].id).toBe(true);
  });
});
