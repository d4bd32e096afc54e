import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { budgetId, timestamp } from '../../functions/domain/ids.ts';
import type { RunningJob } from '../../functions/domain/running.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { asDownloaded, changeByHand, twinOf } from '../actual/twin.ts';
import { synthesized } from './assemblies.ts';
import { CREDENTIALS, type Installation, install } from './installation.ts';

/** Jobs that are called off, over the API and in the console, on a real budget whose requests are held on their way. */

let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let table: DynamoDBClient;
let jobs: JobStore;
/** A budget that no test changes. */
let untouched: string;
/** The budget of the jobs that a test creates. */
let home: string;

beforeAll(async () => {
  const [assembly, started] = await Promise.all([synthesized(), startActualServer()]);
  server = started;
  proxy = await proxyTo(server.url);
  product = await install({ assembly, serverUrl: proxy.url });
  const resource = product.stack.stack.resources.find(
    ({ type }) => type === 'AWS::DynamoDB::GlobalTable',
  );
  table = new DynamoDBClient({
    endpoint: String(product.stack.endpoints.AWS_ENDPOINT_URL_DYNAMODB),
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  jobs = new JobStore({
    client: DynamoDBDocumentClient.from(table),
    tableName: String(resource?.physicalId),
    now: () => timestamp(new Date().toISOString()),
  });
  untouched = await newBudget();
});

beforeEach(() => {
  proxy.onRequest = () => 'pass';
  home = untouched;
});

afterAll(async () => {
  table?.destroy();
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

interface Held {
  /** Once the request has come. */
  readonly arrived: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

/** The first request for changes, or with changes, that comes while the lock of the budget is like this waits. */
function holdSyncWhen(isSo: (lock: RunningJob) => boolean): Held {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const locked = budgetId(home);
  let holding = false;
  const check = async () => {
    const { running } = await jobs.look(locked);
    if (holding || running === undefined || !isSo(running)) return;
    holding = true;
    arrived.resolve();
    await released.promise;
  };
  proxy.onRequest = (path) => (path === '/sync/sync' ? { held: check() } : 'pass');
  return { arrived: arrived.promise, release: released.resolve };
}

const hasBegun = ({ workerId }: RunningJob) => workerId !== null;
const isSending = ({ sending }: RunningJob) => sending;

async function created(type: string): Promise<string> {
  const { body } = await product.call('POST', '/jobs', { body: { type, budgetId: home } });
  return body.job.id;
}

const cancel = (jobId: string) => product.call('POST', `/jobs/${jobId}/cancel`);
const statusOf = async (jobId: string) =>
  (await product.call('GET', `/jobs/${jobId}`)).body.job.status;
const machine = () => String(product.stack.stack.outputs.StateMachineArn);
const executionOf = (name: string) =>
  product.stack.executions.list(machine()).find((execution) => execution.name === name);

/** What the functions logged about a job. */
async function logged(jobId: string): Promise<readonly string[]> {
  return (await product.logs()).split('\n').filter((line) => line.includes(jobId));
}

const workerGaveUp = (jobId: string) =>
  expect
    .poll(async () => (await logged(jobId)).some((line) => line.includes('JobNotRunning')))
    .toBe(true);

const newBudget = () =>
  householdDoes(server.url, [{ do: 'create', transactions: 30 }, { do: 'reset' }]);

/** From now on the jobs are for another budget, with categories proposed and all approved. @returns the change that each of them is. */
async function approvedSuggestions() {
  home = await newBudget();
  await product.run('sync_and_suggest', home);
  const path = `/budgets/${home}/suggestions`;
  const { body } = await product.call('GET', `${path}?limit=100`);
  const these: readonly { readonly id: string; readonly transactionId: string }[] =
    body.suggestions;
  const decisions = these.map(({ id }) => ({ id, status: 'approved' }));
  await product.call('PATCH', path, { body: { decisions } });
  return these.map(({ transactionId: transaction }) => ({
    do: 'set' as const,
    transaction,
    fields: { category: 'Food at home' },
  }));
}

async function expectTwins(one: string, other: string): Promise<void> {
  const [a, b] = [await asDownloaded(server.url, one), await asDownloaded(server.url, other)];
  expect(a).toEqual(b);
}

describe('a job that waits in line', () => {
  it('leaves it, is never started, and those around it run', async () => {
    const held = holdSyncWhen(hasBegun);
    const [first, second, third] = [
      await created('budget_sync'),
      await created('budget_sync'),
      await created('budget_sync'),
    ];
    await held.arrived;
    const { status, body } = await cancel(second);
    expect(status).toBe(200);
    expect(body.job).toMatchObject({ id: second, status: 'canceled', startedAt: null });
    held.release();
    const others = [await product.ended(first), await product.ended(third)];
    expect(others.map(({ job }) => job.status)).toEqual(['succeeded', 'succeeded']);
    expect(executionOf(second)).toBeUndefined();
    expect(await cancel(second)).toMatchObject({ status: 200, body: { job: body.job } });
  });
});

describe('a job that runs', () => {
  it('is canceled and its execution stopped; the next one runs while its worker hangs, which then changes nothing', async () => {
    await approvedSuggestions();
    const twin = await twinOf(server.url, home);
    const held = holdSyncWhen(hasBegun);
    const job = await created('suggestions_apply');
    const next = await created('budget_sync');
    await held.arrived;
    const { status, body } = await cancel(job);
    expect([status, body.job.status]).toEqual([200, 'canceled']);
    expect(executionOf(job)?.status).toBe('ABORTED');
    expect((await product.ended(next)).job.status).toBe('succeeded');
    held.release();
    await workerGaveUp(job);
    expect(await statusOf(job)).toBe('canceled');
    await expectTwins(home, twin);
  });

  it('is not called off once it is sending, says so, and goes through', async () => {
    const changes = await approvedSuggestions();
    const twin = await twinOf(server.url, home);
    const held = holdSyncWhen(isSending);
    const job = await created('suggestions_apply');
    await held.arrived;
    expect(await cancel(job)).toMatchObject({
      status: 409,
      body: {
        type: 'urn:actual-jobs:problem:job-not-cancelable',
        detail: expect.stringContaining('Too late'),
      },
    });
    held.release();
    expect((await product.ended(job)).job).toMatchObject({
      status: 'succeeded',
      metadata: { counts: { applied: changes.length, notApplied: 0 } },
    });
    await changeByHand(server.url, twin, changes);
    await expectTwins(home, twin);
  });
});

describe('in the console', () => {
  it('a stopped execution cancels its job; while that may be sending, no other one changes the budget', async () => {
    const changes = await approvedSuggestions();
    const twin = await twinOf(server.url, home);
    const held = holdSyncWhen(isSending);
    const job = await created('suggestions_apply');
    await held.arrived;
    product.stack.executions.stop(String(executionOf(job)?.executionArn));
    expect((await product.ended(job)).job.status).toBe('canceled');
    const next = await created('budget_sync');
    await expect
      .poll(() => logged(job))
      .toContainEqual(expect.stringContaining('"look":{"kind":"held"}'));
    held.release();
    await workerGaveUp(job);
    expect(await statusOf(next)).toBe('queued');
    await changeByHand(server.url, twin, changes);
    await expectTwins(home, twin);
  });

  it('a copy of an execution under another name changes nothing', async () => {
    const held = holdSyncWhen(hasBegun);
    const job = await created('sync_and_suggest');
    await held.arrived;
    const input = String(executionOf(job)?.input);
    product.stack.executions.start(machine(), 'by-hand', input);
    await expect
      .poll(() => executionOf('by-hand'))
      .toMatchObject({ status: 'FAILED', error: 'JobNotRunning' });
    expect(await statusOf(job)).toBe('running');
    held.release();
    expect((await product.ended(job)).job.status).toBe('succeeded');
  });
});
