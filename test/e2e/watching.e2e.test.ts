import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { uuid } from '../domain/builders.ts';
import { PATIENCE_MS } from '../run/patience.ts';
import { synthesized } from './assemblies.ts';
import { type Installation, install, type JobEnded } from './installation.ts';

/** What the stack tells of itself to whoever watches it: events about jobs, notices of those that failed, logs, metrics. */

const NOWHERE = uuid(0xbad);

let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let home: string;

beforeAll(async () => {
  const [assembly, started] = await Promise.all([
    synthesized({ notices: { email: ['me@example.org'] } }),
    startActualServer(),
  ]);
  server = started;
  home = await householdDoes(server.url, [{ do: 'create', transactions: 12 }, { do: 'reset' }]);
  proxy = await proxyTo(server.url);
  product = await install({ assembly, serverUrl: proxy.url });
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

function eventsOf(jobId: string): readonly JobEnded[] {
  return product.events.filter(({ detail }) => detail.jobId === jobId);
}

function eventOf(jobId: string): Promise<JobEnded> {
  return vi.waitFor(() => {
    const [event] = eventsOf(jobId);
    if (event === undefined) throw new Error('No event yet');
    return event;
  }, PATIENCE_MS);
}

describe('an event', () => {
  it('tells of a job that succeeded, as the API shows it then', async () => {
    const { job } = await product.run('sync_and_suggest', home);
    const { detail, ...envelope } = await eventOf(job.id);
    expect(envelope).toMatchObject({ source: 'actual-jobs', 'detail-type': 'Job Succeeded' });
    expect(detail).toMatchObject({
      budgetId: home,
      type: 'sync_and_suggest',
      status: 'succeeded',
      startedAt: job.startedAt,
      completedAt: job.completedAt,
      failureCode: null,
      counts: job.metadata.counts,
    });
  });

  it('tells of a job that failed, with what to do', async () => {
    const { job } = await product.run('budget_sync', NOWHERE);
    const event = await eventOf(job.id);
    expect(event['detail-type']).toBe('Job Failed');
    expect(event.detail).toMatchObject({
      failureCode: 'BUDGET_NOT_FOUND',
      failureReason: job.failureReason,
      failureNextAction: job.failureNextAction,
      failureRetryable: false,
      executionUrl: expect.stringContaining(`:${job.id}`),
    });
  });

  it('tells of a job that was called off before it began', async () => {
    const held = Promise.withResolvers<void>();
    proxy.onRequest = () => ({ held: held.promise });
    const create = () =>
      product.call('POST', '/jobs', { body: { type: 'budget_sync', budgetId: home } });
    const [first, behind] = [(await create()).body.job.id, (await create()).body.job.id];
    expect((await product.call('POST', `/jobs/${behind}/cancel`)).status).toBe(200);
    held.resolve();
    proxy.onRequest = () => 'pass';
    await product.ended(first);
    const event = await eventOf(behind);
    expect(event['detail-type']).toBe('Job Canceled');
    expect(event.detail).toMatchObject({ status: 'canceled', startedAt: null, executionUrl: null });
  });

  it('comes once for each job as long as nothing fails', async () => {
    const ids = product.events.map(({ detail }) => detail.jobId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(2);
  });
});

describe('a notice', () => {
  const notices = () => readFile(join(product.data, 'notices.log'), 'utf8');

  it('says of a job that failed what broke, that nothing is lost, and what to do', async () => {
    const { job } = await product.run('budget_sync', NOWHERE);
    const text = await vi.waitFor(async () => {
      const all = await notices();
      expect(all).toContain(job.id);
      return all.split('\n\n').find((one) => one.includes(job.id));
    }, PATIENCE_MS);
    expect(text?.split('\n').slice(1)).toEqual([
      '"A job of actual-jobs failed: budget_sync, BUDGET_NOT_FOUND."',
      `"${job.failureReason}"`,
      expect.stringContaining('Nothing is lost'),
      expect.stringContaining(`/jobs/${job.id}/retry`),
      expect.stringContaining('another Sync ID or other suggestions, create a new job'),
      `"It was job ${job.id} of budget ${NOWHERE} and ended at ${job.completedAt}."`,
      expect.stringMatching(/^"Its way, state by state: https:\/\/.*"$/),
    ]);
  });

  it('is not written of any other', async () => {
    const { job } = await product.run('budget_sync', home);
    await eventOf(job.id);
    expect(await notices()).not.toContain(job.id);
  });
});

describe('a job and its execution', () => {
  it('lead to each other: by the address in the job, and by the name and the input', async () => {
    const { job } = await product.run('budget_sync', home);
    const { body } = await product.call('GET', `/jobs/${job.id}`);
    const machine = String(product.stack.stack.outputs.StateMachineArn);
    const execution = product.stack.executions.list(machine).find(({ name }) => name === job.id);
    expect(body.job.executionUrl).toMatch(
      /^https:\/\/us-east-1\.console\.aws\.amazon\.com\/states\//,
    );
    expect(body.job.executionUrl.endsWith(`/${execution?.executionArn}`)).toBe(true);
    expect(JSON.parse(String(execution?.input))).toEqual({
      jobId: job.id,
      budgetId: home,
      type: 'budget_sync',
    });
  });
});

/** A line that a function printed; lines of the runtime itself are none. */
type Line = Readonly<Record<string, unknown>>;

/** Once everything of the jobs so far is over. */
async function lines(): Promise<readonly Line[]> {
  const text = await product.logs();
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

describe('the logs', () => {
  const SOME = 30;

  beforeAll(async () => {
    const { job } = await product.run('suggestions_generate', home);
    await product.call('GET', `/jobs/${job.id}`);
    await product.call('GET', `/jobs/${job.id}/events`);
    await product.call('GET', `/jobs?budgetId=${home}`);
    await product.call('GET', `/budgets/${home}/suggestions`);
    await product.call('POST', `/jobs/${job.id}/cancel`);
    await eventOf(job.id);
  });

  it('are lines of JSON, each with the id of its request', async () => {
    const printed = (await product.logs()).split('\n').filter((line) => line !== '');
    for (const line of printed) expect(JSON.parse(line)).toHaveProperty('requestId');
    expect(printed.length).toBeGreaterThan(SOME);
  });

  it('count what each announcement used for its job', async () => {
    const all = await lines();
    const told = all.filter(({ message }) => message === 'announced');
    const used = all.filter((line) => 'used' in line);
    for (const { requestId, jobId } of told.slice(0, -1)) {
      expect(used.find((line) => line.requestId === requestId)).toMatchObject({ jobId });
    }
    expect(told.length).toBeGreaterThan(2);
  });

  it.each<readonly [string, (line: Line) => boolean, readonly string[]]>([
    ['a call about a job', ({ route }) => /jobId/.test(String(route)), ['jobId']],
    ['a call about a budget', ({ route }) => /budgetId/.test(String(route)), ['budgetId']],
    ['a new job', ({ route }) => route === 'POST /jobs', ['budgetId', 'jobId']],
    ['a listing', ({ route }) => route === 'GET /jobs', ['budgetId']],
    ['a job that is shown', ({ route }) => route === 'GET /jobs/{jobId}', ['budgetId']],
    ['a history', ({ route }) => /events$/.test(String(route)), ['budgetId']],
    ['a look', ({ look }) => look !== undefined, ['budgetId']],
    ['a look at a job', ({ look }) => Object(look).kind === 'started', ['budgetId', 'jobId']],
    ['an execution that ended', ({ execution }) => execution !== undefined, ['budgetId', 'jobId']],
    ['a job that failed', ({ end }) => end === 'failed', ['budgetId', 'failureCode', 'type']],
    ['a job that was announced', ({ message }) => message === 'announced', ['budgetId', 'jobId']],
    ['a step', (line) => 'step' in line, ['budgetId', 'jobId']],
  ])('name in %s the ids that are known', async (_what, isSuch, ids) => {
    const such = (await lines()).filter(isSuch);
    expect(such).not.toEqual([]);
    for (const line of such) for (const id of ids) expect(line, id).toHaveProperty(id);
  });
});

describe('metrics', () => {
  const metricsOf = async (jobId: string) =>
    (await lines()).filter((line) => '_aws' in line && line.jobId === jobId);

  it('are said of a job by its end, its steps and what it did', async () => {
    const { job } = await product.run('sync_and_suggest', home);
    const said = await vi.waitFor(async () => {
      const all = await metricsOf(job.id);
      expect(all.some((line) => 'Jobs' in line)).toBe(true);
      return all;
    }, PATIENCE_MS);
    expect(said).toContainEqual(
      expect.objectContaining({ Jobs: 1, type: 'sync_and_suggest', end: 'succeeded' }),
    );
    for (const step of ['sync', 'suggestions']) {
      expect(said).toContainEqual(
        expect.objectContaining({ StepDuration: expect.any(Number), step }),
      );
    }
  });

  it('count the one login that all jobs shared, in the namespace of the stack', async () => {
    const logins = (await lines()).filter((line) => 'Logins' in line);
    expect(logins).toMatchObject([
      { Logins: 1, budgetId: home, _aws: { CloudWatchMetrics: [{ Namespace: 'ActualJobs' }] } },
    ]);
  });

  it('name the job that needed the login', async () => {
    const jobs = product.events.map(({ detail }) => detail.jobId);
    const logins = (await lines()).filter((line) => 'Logins' in line);
    expect(logins).not.toEqual([]);
    for (const { jobId } of logins) expect(jobs).toContain(jobId);
  });
});
