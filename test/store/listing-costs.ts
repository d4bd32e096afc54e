import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobFilter } from '../../functions/store/job-listing.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { type Consumption, type Meter, meter } from '../../functions/store/meter.ts';
import { at } from '../domain/builders.ts';
import { createTable, type Engine, startEngine } from './engine.ts';
import { FILTERS, fill, nameOf } from './many-jobs.ts';

/** What a page of 20 jobs costs among many, against what it costs among the newest 100 of them. */
export function costsTheSameAmong(count: number): void {
  // Where types and statuses come in turns of 12, what precedes the newest job would be of the last kind of listing: a
  // page then begins alike at the beginning and behind any page before it.
  const newest = count + ((8 - (count % 12) + 12) % 12);
  let engine: Engine;
  let counter: Meter;
  let few: JobStore;
  let many: JobStore;

  beforeAll(async () => {
    engine = await startEngine();
    counter = meter(engine.client);
    [few, many] = [await storeOf(100), await storeOf(count)];
  });
  afterAll(() => engine.stop());

  async function storeOf(jobs: number): Promise<JobStore> {
    const tableName = `jobs-${jobs}`;
    await createTable(engine, tableName);
    const table = { client: engine.documents, tableName };
    await fill(table, newest - jobs + 1, newest);
    return new JobStore({ ...table, now: () => at(0) });
  }

  async function costOf(store: JobStore, filter: JobFilter, cursor?: string): Promise<Consumption> {
    counter.take();
    const { jobs } = await store.list(filter, { limit: 20, ...(cursor && { cursor }) });
    expect(jobs).toHaveLength(20);
    return counter.take();
  }

  /** Where a listing goes on after `jobs` jobs, a multiple of 60: types and statuses come in turns of 12. */
  async function cursorAfter(store: JobStore, filter: JobFilter, jobs: number): Promise<string> {
    let cursor: string | undefined;
    for (let passed = 0; passed < jobs; passed += 60) {
      const page = await store.list(filter, { limit: 60, ...(cursor && { cursor }) });
      cursor = String(page.nextCursor);
    }
    return String(cursor);
  }

  describe(`a page among ${count.toLocaleString('en')} jobs`, () => {
    it.each(FILTERS.map((filter) => [nameOf(filter), filter] as const))(
      'of %s takes as many calls and read units as among 100, at the beginning and far behind it',
      async (_name, filter) => {
        const among100 = await costOf(few, filter);
        expect(among100.readUnits).toBeGreaterThan(0);
        expect(await costOf(many, filter)).toEqual(among100);
        const behind = await cursorAfter(many, filter, Math.floor(count / 20 / 60) * 60);
        expect(await costOf(many, filter, behind)).toEqual(among100);
      },
    );
  });
}
