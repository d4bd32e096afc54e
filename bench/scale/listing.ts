import { JobStore } from '../../functions/store/job-store.ts';
import { type Meter, meter } from '../../functions/store/meter.ts';
import { at } from '../../test/domain/builders.ts';
import { type Engine, startEngine } from '../../test/store/engine.ts';
import { FILTERS } from '../../test/store/many-jobs.ts';
import { paired, timed } from '../report/ratio.ts';
import type { Figure, Table } from '../report/report.ts';
import { jobsDatabase } from './jobs-database.ts';

/** A page of a budget's jobs among very many, against the same page among few: in read units, and in time. */

const FEW = 100;
const MANY = 100_000;
const PAGE = 20;
/** Types and statuses come in turns of 12: behind a job of this place there is no match that one page more would read. */
const NEWEST = MANY + ((8 - (MANY % 12) + 12) % 12);
/** So many pages are one measurement. */
const PAGES_AT_ONCE = 60;

/** How one can list, and what is said of it. */
const WAYS = ['budget', 'type', 'status', 'type-and-status'] as const;

const TABLES = {
  few: { table: 'few', from: NEWEST - FEW + 1, to: NEWEST },
  many: { table: 'many', from: NEWEST - MANY + 1, to: NEWEST },
} as const;

export interface ListingReport {
  readonly figures: readonly Figure[];
  readonly table: Table;
}

export async function measureListing(progress: (line: string) => void): Promise<ListingReport> {
  progress(`a database of ${MANY.toLocaleString('en')} jobs`);
  const engine = await startEngine(await jobsDatabase(Object.values(TABLES)));
  try {
    const counter = meter(engine.client);
    const few = storeOf(engine, TABLES.few.table);
    const many = storeOf(engine, TABLES.many.table);
    const figures: Figure[] = [];
    const rows: (string | number)[][] = [];
    for (const [place, filter] of FILTERS.entries()) {
      const way = WAYS[place];
      if (way === undefined) throw new Error('A way of listing without a name');
      progress(`list by ${inWords(way)}`);
      const list = (store: JobStore) => () => listed(store, filter, counter);
      const amongFew = await listed(few, filter, counter);
      const amongMany = await listed(many, filter, counter);
      const time = await paired({
        subject: () => timed(() => again(list(many))),
        floor: () => timed(() => again(list(few))),
      });
      const isOwn = way === 'type-and-status';
      figures.push(
        {
          name: `list-by-${way}-read-units`,
          what: `read units of a page of 20 jobs by ${inWords(way)}, among 100,000`,
          kind: 'counted',
          unit: 'units',
          value: amongMany.readUnits,
          ...(isOwn ? {} : { wanted: { atMost: amongFew.readUnits } }),
        },
        {
          name: `list-by-${way}-time`,
          what: `time of that page, against the same among 100`,
          kind: 'ratio',
          unit: '×',
          ...time.ratio,
          ...(isOwn ? {} : { wanted: { atMost: 1.2 } }),
        },
      );
      rows.push([
        inWords(way),
        amongFew.queries,
        amongMany.queries,
        amongFew.readUnits,
        amongMany.readUnits,
        (time.floor / PAGES_AT_ONCE).toFixed(2),
        (time.subject / PAGES_AT_ONCE).toFixed(2),
      ]);
    }
    return { figures, table: { ...TABLE, rows } };
  } finally {
    await engine.stop();
  }
}

const TABLE = {
  title: 'A page of 20 jobs of one budget, among 100 and among 100,000',
  columns: [
    'listed by',
    'queries, 100',
    'queries, 100,000',
    'read units, 100',
    'read units, 100,000',
    'ms, 100',
    'ms, 100,000',
  ],
  note: 'Type and status together read the index of the status and leave the other types out, page after page, until 20 are found: what that takes depends on how the types are mixed, not on how many jobs there are. Here every third job is of the type.',
};

function storeOf({ documents: client }: Engine, tableName: string): JobStore {
  return new JobStore({ client, tableName, now: () => at(0) });
}

/** One page, and what it asked of the table. */
async function listed(
  store: JobStore,
  filter: (typeof FILTERS)[number],
  counter: Meter,
): Promise<{ readonly queries: number; readonly readUnits: number }> {
  counter.take();
  const { jobs } = await store.list(filter, { limit: PAGE });
  if (jobs.length !== PAGE) throw new Error(`A page of ${jobs.length} jobs instead of ${PAGE}`);
  const { calls, readUnits } = counter.take();
  return { queries: calls.Query ?? 0, readUnits };
}

async function again(list: () => Promise<unknown>): Promise<void> {
  for (let page = 0; page < PAGES_AT_ONCE; page += 1) await list();
}

function inWords(way: string): string {
  return way.replaceAll('-', ' ');
}
