import { describe, expect, it } from 'vitest';
import { type JobId, jobId } from '../../functions/domain/ids.ts';
import { endJob } from '../../functions/domain/transitions.ts';
import { InvalidCursorError } from '../../functions/store/errors.ts';
import type { JobStore } from '../../functions/store/job-store.ts';
import { at, context, uuid } from '../domain/builders.ts';
import { canceled, DAY, HOME, jobLine, SHOP } from './job-line.ts';
import { pagesOf } from './pages.ts';

/** Jobs of a budget in pages. */

const line = jobLine();
const { queued } = line;

describe('listing', () => {
  const types = ['budget_sync', 'suggestions_generate', 'sync_and_suggest'] as const;

  async function manyJobs(): Promise<readonly JobId[]> {
    const ids: JobId[] = [];
    for (let n = 1; n <= 45; n += 1) {
      const record = await queued(n, { type: types[n % 3] ?? 'budget_sync' });
      if (n % 2 === 0) await line.store.settle(canceled(record), 'over');
      ids.push(record.job.id);
    }
    await queued(100, undefined, SHOP);
    return ids.reverse();
  }

  async function ended(n: number, type: 'budget_sync' | 'suggestions_generate') {
    const running = await line.claimed(n, { type });
    const change = endJob(running, { status: 'succeeded' }, context(n + 2));
    expect(await line.store.settle(change, 'over')).toBe('written');
    return change.record;
  }

  async function everyPage(
    filter: Parameters<JobStore['list']>[0],
    limit: number,
  ): Promise<string[]> {
    const ids: string[] = [];
    for await (const { jobs } of pagesOf(limit, (request) => line.store.list(filter, request))) {
      expect(jobs.length).toBeLessThanOrEqual(limit);
      ids.push(...jobs.map((job) => job.id));
    }
    return ids;
  }

  it('gives every job of the budget once, newest first, whatever the page size and filter', async () => {
    const ids = await manyJobs();
    const ofType = ids.filter((id) => Number.parseInt(id.slice(-4), 16) % 3 === 1);
    const ended = ids.filter((id) => Number.parseInt(id.slice(-4), 16) % 2 === 0);
    const both = ids.filter((id) => ofType.includes(id) && ended.includes(id));
    for (const limit of [1, 7, 45, 100]) {
      expect(await everyPage({ budgetId: HOME }, limit)).toEqual(ids);
      expect(await everyPage({ budgetId: HOME, type: 'suggestions_generate' }, limit)).toEqual(
        ofType,
      );
      expect(await everyPage({ budgetId: HOME, status: 'canceled' }, limit)).toEqual(ended);
      const filter = { budgetId: HOME, type: 'suggestions_generate', status: 'canceled' } as const;
      expect(await everyPage(filter, limit)).toEqual(both);
    }
  });

  it('of a type and of the status that most jobs end in gives those that are of both', async () => {
    const done: JobId[] = [];
    for (const n of [10, 20, 30, 40]) {
      const { job } = await ended(n, types[n % 20 === 0 ? 0 : 1]);
      if (job.type === types[1]) done.push(job.id);
    }
    await queued(50, { type: types[1] });
    await line.store.settle(canceled(await queued(60, { type: types[1] })), 'over');
    const filter = { budgetId: HOME, type: types[1], status: 'succeeded' } as const;
    for (const limit of [1, 100]) expect(await everyPage(filter, limit)).toEqual(done.toReversed());
  });

  it('goes on behind a page that was full before the last read was at its end', async () => {
    const ofType: JobId[] = [];
    for (const n of [1, 2, 3, 4, 5]) {
      const record = await queued(n, { type: types[n === 3 ? 0 : 1] });
      await line.store.settle(canceled(record), 'over');
      if (n !== 3) ofType.unshift(record.job.id);
    }
    const filter = { budgetId: HOME, type: types[1], status: 'canceled' } as const;
    for (const limit of [2, 3, 4]) expect(await everyPage(filter, limit)).toEqual(ofType);
    const { nextCursor } = await line.store.list(filter, { limit: 4 });
    expect(nextCursor).toBeNull();
  });

  it.each([
    ['type', { type: 'suggestions_generate' }],
    ['status', { status: 'succeeded' }],
    ['type that succeeded', { type: 'suggestions_generate', status: 'succeeded' }],
  ] as const)('finds the only job of a %s at once, behind many others', async (_of, filter) => {
    const { job } = await ended(1, 'suggestions_generate');
    for (let n = 10; n < 30; n += 1) {
      if (!('type' in filter)) await queued(n, { type: 'suggestions_generate' });
      else await ended(n * 10, 'budget_sync');
    }
    const page = await line.store.list({ budgetId: HOME, ...filter }, { limit: 1 });
    expect(page.jobs).toEqual([job]);
  });

  it('ends a page that what it looks for is not on, and says where to go on', async () => {
    for (let n = 1; n <= 12; n += 1) {
      await line.store.settle(canceled(await queued(n, { type: types[0] })), 'over');
    }
    const filter = { budgetId: HOME, type: types[1], status: 'canceled' } as const;
    const { jobs, nextCursor } = await line.store.list(filter, { limit: 1 });
    expect(jobs).toEqual([]);
    expect(await line.store.list(filter, { limit: 1, cursor: String(nextCursor) })).toEqual({
      jobs: [],
      nextCursor: null,
    });
  });

  it('leaves out what has expired although the engine still has it', async () => {
    await queued(1);
    await queued(20 * DAY);
    line.now = at(31 * DAY);
    expect(await everyPage({ budgetId: HOME }, 10)).toEqual([uuid(20 * DAY)]);
    expect(await line.store.get(jobId(uuid(1)))).toBeUndefined();
    expect(await line.histories.history(jobId(uuid(1)))).toBeUndefined();
  });

  it('and reading leave a job out from the same second on: 30 days after its creation', async () => {
    const { job } = await queued(1);
    const seen = async () => [
      (await everyPage({ budgetId: HOME }, 10)).length === 1,
      (await line.store.get(job.id)) !== undefined,
      (await line.store.whole(job.id)) !== undefined,
      (await line.histories.history(job.id)) !== undefined,
    ];
    line.now = at(30 * DAY);
    expect(await seen()).toEqual([true, true, true, true]);
    line.now = at(30 * DAY + 1);
    expect(await seen()).toEqual([false, false, false, false]);
  });

  it('refuses a cursor that was altered, or that belongs to another listing', async () => {
    for (const n of [1, 2, 3]) await queued(n);
    const { nextCursor } = await line.store.list({ budgetId: HOME }, { limit: 1 });
    const cursor = String(nextCursor);
    const bad = [`${cursor}A`, cursor.slice(1), '', 'x', `A${cursor.slice(1)}`, `${cursor}!`];
    for (const altered of bad) {
      await expect(
        line.store.list({ budgetId: HOME }, { limit: 1, cursor: altered }),
      ).rejects.toThrow(InvalidCursorError);
    }
    await expect(line.store.list({ budgetId: SHOP }, { limit: 1, cursor })).rejects.toThrow(
      InvalidCursorError,
    );
    await expect(
      line.store.list({ budgetId: HOME, status: 'queued' }, { limit: 1, cursor }),
    ).rejects.toThrow(InvalidCursorError);
  });

  it.each([
    ['type', { type: 'sync_and_suggest' }, { type: 'budget_sync' }],
    ['status', { status: 'queued' }, { status: 'canceled' }],
  ] as const)('refuses a cursor of the listing of another %s', async (_by, one, other) => {
    for (const n of [1, 2]) await queued(n);
    const { nextCursor } = await line.store.list({ budgetId: HOME, ...one }, { limit: 1 });
    const page = { limit: 1, cursor: String(nextCursor) };
    expect((await line.store.list({ budgetId: HOME, ...one }, page)).jobs).toHaveLength(1);
    await expect(line.store.list({ budgetId: HOME, ...other }, page)).rejects.toThrow(
      InvalidCursorError,
    );
  });
});
