import { describe, expect, it } from 'vitest';
import { type BudgetId, budgetId, jobId } from '../../functions/domain/ids.ts';
import { type ForgetPorts, forget, type ItemKey } from '../../functions/jobs/forget.ts';
import { uuid } from '../domain/builders.ts';

/** Deleting a budget's data: what it refuses, in what order it goes, and that it goes on where it was cut off. */

const HOME = budgetId(uuid(0xa));

interface Kept {
  open: string[];
  jobs: string[];
  suggestions: ItemKey[];
  records: ItemKey[];
  objects: string[];
}

const items = (kind: string, count: number): ItemKey[] =>
  Array.from({ length: count }, (_, n) => ({ PK: kind, SK: String(n) }));

function home(more: Partial<Kept> = {}) {
  const kept: Kept = {
    open: [],
    jobs: [1, 2, 3].map(uuid),
    suggestions: items('suggestion', 250),
    records: items('record', 2),
    objects: ['archives/a', 'extracts/a', 'kept/a'],
    ...more,
  };
  /** What was dealt with, in order. */
  const log: string[] = [];
  const without = <T>(all: readonly T[], gone: readonly T[]) =>
    all.filter((one) => !gone.includes(one));
  const ports = (pieces = Number.POSITIVE_INFINITY, schedules: string[] = []): ForgetPorts => {
    let left = pieces;
    return {
      data: {
        openJobs: async () => kept.open,
        jobs: async (_budget, most) => kept.jobs.slice(0, most).map(jobId),
        deleteJob: async (id) => {
          log.push('job');
          kept.jobs = without<string>(kept.jobs, [id]);
          return true;
        },
        suggestions: async () => kept.suggestions,
        records: async () => kept.records,
        delete: async (keys) => {
          log.push(...new Set(keys.map(({ PK }) => PK)));
          kept.suggestions = without(kept.suggestions, keys);
          kept.records = without(kept.records, keys);
        },
      },
      objects: {
        keysOf: async () => kept.objects,
        remove: async (keys) => {
          log.push('object');
          kept.objects = without(kept.objects, keys);
        },
      },
      schedulesOf: (budget: BudgetId) => (budget === HOME ? schedules : []),
      mayGoOn: () => left-- > 0,
    };
  };
  return { kept, log, ports };
}

/** So many jobs, of which ten are found in a millisecond, and one is deleted in twenty. */
function many(count: number, takes: (milliseconds: number) => void = () => undefined) {
  const ids = Array.from({ length: count }, (_, n) => jobId(uuid(n)));
  let gone = 0;
  const data: ForgetPorts['data'] = {
    ...home().ports().data,
    jobs: async (_budget, most = count) => {
      const found = ids.slice(gone, gone + most);
      takes(found.length / 10);
      return found;
    },
    deleteJob: async (id) => {
      takes(20);
      expect(id).toBe(ids[gone]);
      gone += 1;
      return true;
    },
  };
  return { data, gone: () => gone };
}

const ALL = { jobs: 3, suggestions: 250, objects: 3, records: 2 };
const NOTHING = { jobs: 0, suggestions: 0, objects: 0, records: 0 };

describe('forgetting a budget', () => {
  it('deletes what is private first, and what leads to it last', async () => {
    const { kept, log, ports } = home();
    expect(await forget(ports(), HOME, false)).toEqual({
      kind: 'deleted',
      counts: ALL,
      complete: true,
    });
    expect(kept).toEqual({ open: [], jobs: [], suggestions: [], records: [], objects: [] });
    expect([...new Set(log)]).toEqual(['suggestion', 'object', 'job', 'record']);
  });

  it('finds nothing the second time', async () => {
    const { ports } = home();
    await forget(ports(), HOME, false);
    const again = await forget(ports(), HOME, false);
    expect(again).toEqual({ kind: 'deleted', counts: NOTHING, complete: true });
  });

  it('goes on where it was cut off, and counts each thing once', async () => {
    const { kept, ports } = home();
    const sum = { ...NOTHING };
    for (let run = 0; run < 20; run += 1) {
      const done = await forget(ports(2), HOME, false);
      if (done.kind !== 'deleted') throw new Error(`It was ${done.kind}`);
      for (const kind of ['jobs', 'suggestions', 'objects', 'records'] as const) {
        sum[kind] += done.counts[kind];
      }
      if (done.complete) break;
    }
    expect(sum).toEqual(ALL);
    expect(kept.records).toEqual([]);
  });

  it('deletes a hundred items at a time', async () => {
    const { ports } = home();
    const { data, ...others } = ports();
    const pieces: number[] = [];
    const counted: ForgetPorts['data'] = {
      ...data,
      delete: (keys) => {
        pieces.push(keys.length);
        return data.delete(keys);
      },
    };
    await forget({ ...others, data: counted }, HOME, false);
    expect(pieces).toEqual([100, 100, 50, 2]);
  });

  it('begins no other job when the time is up', async () => {
    const { kept, ports } = home({ suggestions: [], objects: [], records: [] });
    const before = kept.jobs.length;
    const mayGoOn = () => kept.jobs.length === before;
    expect(await forget({ ...ports(), mayGoOn }, HOME, false)).toEqual({
      kind: 'deleted',
      counts: { ...NOTHING, jobs: 1 },
      complete: false,
    });
  });

  it('gets on where to look for all jobs would take all of its time', async () => {
    const { ports } = home();
    let left = 40_000;
    const { data, gone } = many(400_000, (ms) => {
      left -= ms;
    });
    const done = await forget({ ...ports(), data, mayGoOn: () => left > 0 }, HOME, false);
    expect(done).toMatchObject({ kind: 'deleted', complete: false });
    expect(gone()).toBeGreaterThan(1000);
  });

  it('leaves what leads to the rest, and says that there is more, after the jobs of one look', async () => {
    const { ports } = home();
    const { data } = many(10_001);
    const next = () => forget({ ...ports(), data }, HOME, false);
    expect(await next()).toMatchObject({ complete: false, counts: { jobs: 10_000, records: 0 } });
    expect(await next()).toMatchObject({ complete: true, counts: { jobs: 1, records: 2 } });
  });

  it('counts all jobs in a dry run', async () => {
    const { data } = many(10_001);
    const counted = await forget({ ...home().ports(), data }, HOME, true);
    expect(counted).toMatchObject({ counts: { jobs: 10_001 } });
  });

  it('only counts in a dry run', async () => {
    const { log, ports } = home();
    expect(await forget(ports(), HOME, true)).toEqual({ kind: 'counted', counts: ALL });
    expect(log).toEqual([]);
  });

  it.each([true, false])(
    'does nothing while a job waits or runs, and names it (dry run: %s)',
    async (dry) => {
      const { log, ports } = home({ open: ['job-1'] });
      expect(await forget(ports(), HOME, dry)).toEqual({ kind: 'open', jobs: ['job-1'] });
      expect(log).toEqual([]);
    },
  );

  it('does nothing while a schedule would make the data anew, and names it', async () => {
    const { log, ports } = home();
    expect(await forget(ports(9, ['nightly']), HOME, false)).toEqual({
      kind: 'scheduled',
      schedules: ['nightly'],
    });
    expect(log).toEqual([]);
  });
});
