import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../functions/domain/job.ts';
import { endJob } from '../../functions/domain/transitions.ts';
import type { JobFilter } from '../../functions/store/job-listing.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { at, context } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';
import { FILTERS, fill, matches, nameOf, newJob } from './many-jobs.ts';
import { pagesOf } from './pages.ts';

interface Filled {
  readonly store: JobStore;
  /** Newest first. */
  readonly jobs: readonly Job[];
}

/** A table with so many jobs for the tests of one group alone. */
function tableWith(count: number): () => Filled {
  let tables: Tables;
  let filled: Filled;

  beforeAll(async () => {
    tables = await startTables();
    const table = await tables.empty();
    const store = new JobStore({ ...table, now: () => at(0) });
    filled = { store, jobs: await fill(table, 1, count) };
  });
  afterAll(() => tables.stop());

  return () => filled;
}

async function everyPage(
  store: JobStore,
  filter: JobFilter,
  afterPage = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  for await (const { jobs } of pagesOf(100, (request) => store.list(filter, request))) {
    ids.push(...jobs.map(({ id }) => id));
    await afterPage();
  }
  return ids;
}

/** Listings of a budget's jobs, page after page, while the jobs change. */
export function listsAllAmong(count: number): void {
  describe(`a listing among ${count.toLocaleString('en')} jobs`, () => {
    const filled = tableWith(count);

    it.each(FILTERS.map((filter) => [nameOf(filter), filter] as const))(
      'of %s has each of them once, newest first',
      async (_name, filter) => {
        const { store, jobs } = filled();
        const expected = jobs.filter((job) => matches(job, filter)).map(({ id }) => id);
        expect(await everyPage(store, filter)).toEqual(expected);
      },
    );
  });

  describe(`a listing among ${count.toLocaleString('en')} jobs that change meanwhile`, () => {
    const filled = tableWith(count);
    let created = count;

    const cancel = async (job: Job | undefined) => {
      if (job === undefined) return;
      const change = endJob({ job, steps: [] }, { status: 'canceled' }, context(created));
      expect(await filled().store.settle(change, 'over')).toBe('written');
    };

    it.each(FILTERS.map((filter, index) => [nameOf(filter), filter, index] as const))(
      'of %s has no gaps and no repeats',
      async (_name, filter, index) => {
        const { store, jobs } = filled();
        // Their own for each listing; after each page one that was passed already, one that is still to come.
        const changing = jobs.filter(({ status }, n) => status === 'queued' && n % 37 === index);
        const change = new Set<string>(changing.map(({ id }) => id));
        const before = await everyPage(store, filter);
        const seen = await everyPage(store, filter, async () => {
          created += 1;
          expect(await store.create({ change: newJob(created) })).toEqual({ kind: 'created' });
          await cancel(changing.shift());
          await cancel(changing.pop());
        });
        const known = new Set(before);
        expect(seen).toEqual([...new Set(seen)].sort().reverse());
        expect(seen.filter((id) => !known.has(id))).toEqual([]);
        const stayed = before.filter((id) => !change.has(id));
        const listed = new Set(seen);
        expect(stayed.filter((id) => !listed.has(id))).toEqual([]);
        expect(changing.length).toBeLessThan(change.size);
      },
    );
  });
}
