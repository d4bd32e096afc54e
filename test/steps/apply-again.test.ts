import { beforeEach, describe, expect, it } from 'vitest';
import { jobId } from '../../functions/domain/ids.ts';
import { at, JOB, newRecord, uuid } from '../domain/builders.ts';
import { approved, begin, jobOf, of, run, world } from './applying.ts';

/** An apply that names nothing, run again after it was cut off: somebody may have decided otherwise in between. */

beforeEach(begin);

const rejection = {
  status: 'rejected',
  decision: null,
  rejectedCategoryIds: ['food'],
  updatedAt: at(30),
} as const;

describe('an apply of whatever is approved, run again after it was killed,', () => {
  const rejectedSince = async (diesAt: string) => {
    world.diesAt = diesAt;
    await expect(run()).rejects.toThrow('killed');
    world.diesAt = undefined;
    world.items.set('t-1', { ...approved(1), ...rejection });
  };

  it('counts what it had sent as applied, although it was rejected since', async () => {
    await rejectedSince('sent');
    expect(await run()).toMatchObject({ counts: { applied: 2, notApplied: 0 } });
    expect(of(1)).toMatchObject({ status: 'applied', appliedBy: JOB });
  });

  it('counts what it had sent as applied, although it is rejected while the budget is opened again', async () => {
    world.diesAt = 'sent';
    await expect(run()).rejects.toThrow('killed');
    world.diesAt = undefined;
    world.decidedMeanwhile = [{ ...approved(1), ...rejection }];
    // Somebody took the other one away again, so it is sent once more.
    const taken = { id: 't-2', payee: 'grocer', amount: -100 };
    world.entries = world.entries.map((entry) => (entry.id === 't-2' ? taken : entry));
    expect(await run()).toMatchObject({ counts: { applied: 2, notApplied: 0 } });
    expect(of(1)).toMatchObject({ status: 'applied', appliedBy: JOB });
  });

  it('says nothing of what was rejected since and is not in the budget', async () => {
    await rejectedSince('beginSending');
    expect(await run()).toMatchObject({ counts: { applied: 1, notApplied: 0 }, warnings: [] });
    expect(of(1)).toMatchObject({ status: 'rejected', lastOutcome: null });
  });
});

it('a retry counts what the job before it had sent as applied, although it is rejected while the budget is opened', async () => {
  const { job, steps } = jobOf();
  const failed = { status: 'failed', failureCode: 'TIMED_OUT', startedAt: at(1) } as const;
  world.records.set(uuid(77), { job: { ...job, ...failed }, steps });
  world.entries = world.entries.map((entry) => ({ ...entry, category: 'food' }));
  world.decidedMeanwhile = [{ ...approved(1), ...rejection }];
  const done = await run(undefined, jobOf(undefined, uuid(77)));
  expect(done).toMatchObject({ counts: { applied: 2, notApplied: 0 } });
});

it('a retry leaves what is corrected while the budget is opened as it is decided, though the job before it may have sent it', async () => {
  const { job, steps } = jobOf();
  const failed = { status: 'failed', failureCode: 'TIMED_OUT', startedAt: at(1) } as const;
  world.records.set(uuid(77), { job: { ...job, ...failed }, steps });
  world.entries = world.entries.map((entry) => ({ ...entry, category: 'food' }));
  const { decision } = approved(1);
  if (decision === null) throw new Error('It is approved');
  const corrected = { ...approved(1), decision: { ...decision, categoryId: 'rent' } };
  world.decidedMeanwhile = [{ ...corrected, updatedAt: at(30) }];
  expect(await run(undefined, jobOf(undefined, uuid(77)))).toMatchObject({
    counts: { applied: 1, notApplied: 1 },
    warnings: [{ code: 'DECIDED_ANEW', count: 1 }],
  });
  expect(of(1)).toEqual({ ...corrected, updatedAt: at(30) });
});

it('an apply after a scheduled job leaves what was rejected and then chosen in Actual as it is', async () => {
  const { job, steps } = newRecord({ type: 'scheduled_sync_and_suggest' });
  const failed = { ...job, status: 'failed', failureCode: 'TIMED_OUT', startedAt: at(1) } as const;
  world.records.set(uuid(77), { job: failed, steps });
  const again = { status: 'succeeded', startedAt: at(2), parentJobId: jobId(uuid(77)) } as const;
  world.records.set(uuid(78), { job: { ...job, ...again }, steps });
  world.items.set('t-1', { ...approved(1), ...rejection });
  world.entries = world.entries.map((entry) =>
    entry.id === 't-1' ? { ...entry, category: 'food' } : entry,
  );
  expect(await run(undefined, jobOf(undefined, uuid(78)))).toMatchObject({
    counts: { applied: 1 },
  });
  expect(of(1)?.status).toBe('rejected');
});

it('a repeated apply goes by when the first of its jobs began, also once it has begun to send itself', async () => {
  const { job, steps } = jobOf();
  const failed = { status: 'failed', failureCode: 'TIMED_OUT', startedAt: at(1) } as const;
  world.records.set(uuid(77), { job: { ...job, ...failed }, steps });
  world.items.set('t-1', { ...approved(1), ...rejection });
  world.entries = world.entries.map((entry) =>
    entry.id === 't-1' ? { ...entry, category: 'food' } : entry,
  );
  const repeat = jobOf(undefined, uuid(77));
  const started = { ...repeat, job: { ...repeat.job, startedAt: at(40) } };
  world.diesAt = 'send';
  await expect(run(undefined, started)).rejects.toThrow('killed');
  world.diesAt = undefined;
  expect(await run(undefined, started)).toMatchObject({ counts: { applied: 2 } });
  expect(of(1)?.status).toBe('applied');
});
