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

/** What the stack tells of itself to whoever watches it: events about jobs, and notices of those that failed. */

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
