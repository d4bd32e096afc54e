import { beforeEach, describe, expect, it } from 'vitest';
import { jobId, suggestionId, transactionId } from '../../functions/domain/ids.ts';
import type { Job } from '../../functions/domain/job.ts';
import { applyStep } from '../../functions/steps/apply.ts';
import { at, FENCE, JOB, newRecord, uuid } from '../domain/builders.ts';
import { approved, begin, jobOf, of, pending, ports, run, world } from './applying.ts';

/** An apply of a list: it is applied whole or rejected whole, and counts what the jobs that it repeats have applied. */

beforeEach(begin);

describe('an apply of named suggestions', () => {
  const first = approved(1).id;
  const second = approved(2).id;

  it('counts those of the job that it repeats as applied', async () => {
    const parent = uuid(77);
    world.items.set('t-1', { ...approved(1), status: 'applied', appliedBy: jobId(parent) });
    world.records.set(parent, newRecord());
    const done = await run([first, second], jobOf([first, second], parent));
    expect(done).toMatchObject({ counts: { applied: 2, notApplied: 0 } });
  });

  it('counts those that it has applied itself, and those of the job that was repeated before', async () => {
    const [parent, first_] = [uuid(77), uuid(76)];
    world.items.set('t-1', { ...approved(1), status: 'applied', appliedBy: jobId(first_) });
    world.items.set('t-2', { ...approved(2), status: 'applied', appliedBy: JOB });
    world.records.set(parent, jobOf([first, second], first_));
    const done = await run([first, second], jobOf([first, second], parent));
    expect(done).toMatchObject({ counts: { applied: 2, notApplied: 0 } });
  });

  it('goes through also when the job that it repeats is not kept any more', async () => {
    const done = await run([first, second], jobOf([first, second], uuid(77)));
    expect(done).toMatchObject({ counts: { applied: 2 } });
  });

  describe('of which one was rejected since it had begun to send, run again after it was killed,', () => {
    const rejection = { ...approved(1), status: 'rejected', decision: null } as const;

    it('leaves out the one that it had not sent, and applies the others', async () => {
      world.decidedMeanwhile = [rejection];
      world.diesAt = 'sent';
      await expect(run([first, second])).rejects.toThrow('killed');
      world.diesAt = undefined;
      expect(await run([first, second])).toMatchObject({
        counts: { applied: 1, notApplied: 1 },
        warnings: [{ code: 'DECIDED_ANEW', count: 1 }],
      });
      expect(world.entries.map(({ category }) => category)).toEqual([undefined, 'food']);
      expect([of(1)?.status, of(2)?.status]).toEqual(['rejected', 'applied']);
    });

    it('counts the one that is in the budget as applied', async () => {
      world.diesAt = 'sent';
      await expect(run([first, second])).rejects.toThrow('killed');
      world.diesAt = undefined;
      world.items.set('t-1', rejection);
      expect(await run([first, second])).toMatchObject({ counts: { applied: 2, notApplied: 0 } });
    });
  });

  describe('of which one was rejected since it ended, when it is repeated by another job,', () => {
    const FAILED = { status: 'failed', failureCode: 'SERVER_UNREACHABLE' } as const;
    const repeatedAfter = (ended: Partial<Job>) => {
      const made = jobOf([first, second]);
      world.records.set(uuid(77), { ...made, job: { ...made.job, startedAt: at(1), ...ended } });
      world.isLocked = false;
      world.items.set('t-1', { ...approved(1), status: 'rejected', decision: null });
      return run([first, second], jobOf([first, second], uuid(77)));
    };

    it('counts the one that is in the budget as applied, and applies the others', async () => {
      world.entries = world.entries.map((entry) =>
        entry.id === 't-1' ? { ...entry, category: 'food' } : entry,
      );
      expect(await repeatedAfter(FAILED)).toMatchObject({
        counts: { applied: 2, notApplied: 0 },
      });
    });

    it('leaves out the one that was never sent', async () => {
      expect(await repeatedAfter(FAILED)).toMatchObject({
        counts: { applied: 1, notApplied: 1 },
        warnings: [{ code: 'DECIDED_ANEW', count: 1 }],
      });
      expect([of(1)?.status, of(2)?.status]).toEqual(['rejected', 'applied']);
    });

    it('applies the others where its execution was stopped, which may have been while it sent', async () => {
      expect(await repeatedAfter({ status: 'canceled' })).toMatchObject({
        counts: { applied: 1, notApplied: 1 },
      });
    });

    it.each([
      ['was refused whole', { status: 'failed', failureCode: 'APPLY_REJECTED' }],
      ['was canceled before it began', { status: 'canceled', startedAt: null }],
    ] as const)('is refused whole where it %s', async (_how, ended) => {
      await expect(repeatedAfter(ended)).rejects.toMatchObject({ name: 'APPLY_REJECTED' });
      expect(of(2)?.status).toBe('approved');
    });
  });

  it('applies the others when it repeats one that failed, and another job has applied one since', async () => {
    const made = jobOf([first, second]);
    const failed = { status: 'failed', failureCode: 'TIMED_OUT', startedAt: at(1) } as const;
    world.records.set(uuid(77), { ...made, job: { ...made.job, ...failed } });
    const applied = { status: 'applied', appliedBy: jobId(uuid(78)), updatedAt: at(30) } as const;
    world.items.set('t-1', { ...approved(1), ...applied });
    expect(await run([first, second], jobOf([first, second], uuid(77)))).toMatchObject({
      counts: { applied: 1, notApplied: 0 },
    });
    expect(of(1)?.appliedBy).toBe(uuid(78));
  });

  it('leaves out one that was replaced since the job that it repeats may have sent, and says so', async () => {
    const made = jobOf([first, second]);
    const failed = { status: 'failed', failureCode: 'WORKER_DIED', startedAt: at(1) } as const;
    world.records.set(uuid(77), { ...made, job: { ...made.job, ...failed } });
    world.items.set('t-1', { ...pending(1), id: suggestionId(transactionId('t-1'), 2) });
    expect(await run([first, second], jobOf([first, second], uuid(77)))).toMatchObject({
      counts: { applied: 1, notApplied: 1 },
      warnings: [{ code: 'SUGGESTION_REPLACED', count: 1 }],
    });
    expect([of(1)?.status, of(2)?.status]).toEqual(['pending', 'applied']);
  });

  it('says so too where nothing else is left to do', async () => {
    const made = jobOf([first]);
    const failed = { status: 'failed', failureCode: 'WORKER_DIED', startedAt: at(1) } as const;
    world.records.set(uuid(77), { ...made, job: { ...made.job, ...failed } });
    world.items.delete('t-1');
    expect(await run([first], jobOf([first], uuid(77)))).toMatchObject({
      counts: { applied: 0, notApplied: 1 },
      warnings: [{ code: 'SUGGESTION_REPLACED', count: 1 }],
    });
  });

  it('leaves out one that expired since it had begun to send, run again after it was killed, and says so', async () => {
    world.diesAt = 'sent';
    await expect(run([first, second])).rejects.toThrow('killed');
    world.diesAt = undefined;
    world.items.delete('t-1');
    expect(await run([first, second])).toMatchObject({
      counts: { applied: 1, notApplied: 1 },
      warnings: [{ code: 'SUGGESTION_REPLACED', count: 1 }],
    });
    expect(of(2)?.status).toBe('applied');
  });

  it('does not look at the lock where nothing stands in its way', async () => {
    await run([first, second]);
    expect(world.looks).toBe(0);
  });

  it.each([
    ['before it has begun to send', true],
    ['and its lock is gone', false],
  ])('is rejected whole where one was rejected %s', async (_when, locked) => {
    world.isLocked = locked;
    world.items.set('t-1', { ...approved(1), status: 'rejected', decision: null });
    await expect(run([first, second])).rejects.toMatchObject({ name: 'APPLY_REJECTED' });
    expect(of(2)?.status).toBe('approved');
  });

  it('is rejected whole, with the list, when another job has applied one', async () => {
    world.items.set('t-1', { ...approved(1), status: 'applied', appliedBy: jobId(uuid(78)) });
    await expect(run([first, second])).rejects.toMatchObject({
      name: 'APPLY_REJECTED',
      message: expect.stringContaining(first),
    });
    expect(of(2)?.status).toBe('approved');
  });

  it('is rejected when its list is not kept any more: everything approved is another order', async () => {
    const record = jobOf([first]);
    await expect(
      applyStep(ports)({ record, fence: FENCE, now: () => at(60) }),
    ).rejects.toMatchObject({
      name: 'APPLY_REJECTED',
      message: expect.stringContaining('not kept any more'),
    });
  });
});
