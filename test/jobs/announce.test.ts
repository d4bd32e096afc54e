import { describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { type JobId, jobId, type Timestamp } from '../../functions/domain/ids.ts';
import type { Job, JobRecord } from '../../functions/domain/job.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import {
  type AnnouncePorts,
  announce,
  announceAgain,
  MOST_AT_ONCE,
} from '../../functions/jobs/announce.ts';
import { at, context, newRecord, uuid } from '../domain/builders.ts';

const id = (n: number) => jobId(uuid(n));

function ended(n: number): JobRecord {
  const record = newRecord({ type: 'budget_sync' });
  const running = startJob({ ...record, job: { ...record.job, id: id(n) } }, context(1));
  const outcome = { status: 'failed', failure: failure('TIMED_OUT') } as const;
  return endJob(running.record, outcome, context(2)).record;
}

/** Jobs by id, and a bus that refuses some of them. */
function world(
  records: readonly JobRecord[],
  { refuse = [], down = false }: { refuse?: readonly JobId[]; down?: boolean } = {},
) {
  const calls: (readonly JobId[])[] = [];
  const windows: (readonly [Timestamp, Timestamp])[] = [];
  const ports: AnnouncePorts = {
    jobs: {
      get: async (wanted) => {
        if (wanted === BROKEN) throw new Error('damaged');
        return records.find(({ job }) => job.id === wanted);
      },
      endedBetween: async (from, to) => {
        windows.push([from, to]);
        return records.map(({ job }) => job.id);
      },
    },
    publish: async (jobs: readonly Job[]) => {
      if (down) throw new Error('unreachable');
      calls.push(jobs.map((job) => job.id));
      return jobs.flatMap((job) =>
        refuse.includes(job.id) ? [{ jobId: job.id, error: new Error('refused') }] : [],
      );
    },
  };
  return { ports, calls, windows };
}
const BROKEN = id(999);

const kinds = (announcements: readonly { readonly kind: string }[]) =>
  announcements.map(({ kind }) => kind);

describe('announcing', () => {
  it('tells of each job that ended', async () => {
    const { ports, calls } = world([ended(1), ended(2)]);
    expect(kinds(await announce(ports, [id(1), id(2)]))).toEqual(['announced', 'announced']);
    expect(calls).toEqual([[id(1), id(2)]]);
  });

  it('asks the bus for no more at once than it takes', async () => {
    const many = Array.from({ length: MOST_AT_ONCE * 2 + 1 }, (_, n) => ended(n));
    const { ports, calls } = world(many);
    await announce(
      ports,
      many.map(({ job }) => job.id),
    );
    expect(calls.map((call) => call.length)).toEqual([MOST_AT_ONCE, MOST_AT_ONCE, 1]);
  });

  it('says nothing of a job that is gone, and does not call the bus for nothing', async () => {
    const { ports, calls } = world([]);
    expect(await announce(ports, [id(1)])).toEqual([{ kind: 'gone', jobId: id(1) }]);
    expect(calls).toEqual([]);
  });

  it('one that the bus refuses, cannot be read, or goes on does not hold up the others', async () => {
    // Its id is that of ended(1).
    const goesOn = newRecord();
    const { ports } = world([ended(2), goesOn, ended(3)], { refuse: [id(2)] });
    const went = await announce(ports, [BROKEN, id(3), goesOn.job.id, id(2)]);
    expect(went).toMatchObject([
      { kind: 'failed', jobId: BROKEN, error: { message: 'damaged' } },
      { kind: 'announced', job: { id: id(3) } },
      { kind: 'failed', error: { name: 'NotEnded', message: 'The job has not ended.' } },
      { kind: 'failed', jobId: id(2), error: { message: 'refused' } },
    ]);
  });

  it('fails all of a call that the bus did not answer', async () => {
    const { ports } = world([ended(1), ended(2)], { down: true });
    expect(kinds(await announce(ports, [id(1), id(2)]))).toEqual(['failed', 'failed']);
  });
});

describe('announcing again', () => {
  it('tells of what ended around the times at which records were set aside', async () => {
    const { ports, calls, windows } = world([ended(1)]);
    const went = await announceAgain(ports, [{ from: at(10_000), to: at(10_060) }]);
    expect(kinds(went)).toEqual(['announced']);
    expect(calls).toEqual([[id(1)]]);
    expect(windows).toEqual([[at(10_000 - 90 * 60), at(10_060 + 5 * 60)]]);
  });

  it('tells once of what ended around several of them', async () => {
    const { ports, calls, windows } = world([ended(1), ended(2)]);
    const span = { from: at(10_000), to: at(10_000) };
    await announceAgain(ports, [{ from: at(13_600), to: at(13_600) }, span, span]);
    expect(calls).toEqual([[id(1), id(2)]]);
    expect(windows).toEqual([[at(10_000 - 90 * 60), at(13_600 + 5 * 60)]]);
  });

  it('leaves out what ended between those that are far apart', async () => {
    const { ports, windows } = world([]);
    const day = 86_400;
    await announceAgain(
      ports,
      [10_000, 10_000 + day].map((second) => ({ from: at(second), to: at(second) })),
    );
    expect(windows).toEqual([
      [at(10_000 - 90 * 60), at(10_000 + 5 * 60)],
      [at(10_000 + day - 90 * 60), at(10_000 + day + 5 * 60)],
    ]);
  });

  it('takes a time within another one for a part of it', async () => {
    const { ports, windows } = world([]);
    await announceAgain(ports, [
      { from: at(10_000), to: at(20_000) },
      { from: at(12_000), to: at(12_060) },
    ]);
    expect(windows).toEqual([[at(10_000 - 90 * 60), at(20_000 + 5 * 60)]]);
  });

  it('takes two of which one begins when the other ends for one: that moment is in both', async () => {
    const { ports, windows } = world([]);
    const [first, second] = [10_000, 10_000 + 95 * 60];
    await announceAgain(ports, [
      { from: at(first), to: at(first) },
      { from: at(second), to: at(second) },
    ]);
    expect(windows).toEqual([[at(first - 90 * 60), at(second + 5 * 60)]]);
  });
});
