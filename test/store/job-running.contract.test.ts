import { describe, expect, it } from 'vitest';
import { executionId, jobId } from '../../functions/domain/ids.ts';
import type { Fence } from '../../functions/domain/running.ts';
import { completeStep, startJob, startStep, takeOver } from '../../functions/domain/transitions.ts';
import { at, context, uuid } from '../domain/builders.ts';
import { canceled, DAY, fenceOf, HOME, jobLine, lockFor, SHOP, UNTIL } from './job-line.ts';

/** A job is claimed, and its steps are worked on; the line behind it stays clean. */

const line = jobLine();
const { queued, claimed, begun, eventsOf } = line;

describe('claiming', () => {
  it('takes the job out of the line and locks the budget', async () => {
    const record = await claimed(1);
    expect(await line.store.look(HOME)).toEqual({ running: lockFor(record) });
    expect(await line.store.get(record.job.id)).toEqual(record);
  });

  it('is refused while another job of the budget runs', async () => {
    await claimed(1);
    const second = await queued(2);
    expect(await line.store.claim(startJob(second, context(9)), lockFor(second))).toBe('conflict');
    expect((await line.store.get(second.job.id))?.job.status).toBe('queued');
  });

  it('is refused when the job changed since it was read', async () => {
    const record = await queued(1);
    await line.store.settle(canceled(record), 'over');
    expect(await line.store.claim(startJob(record, context(9)), lockFor(record))).toBe('conflict');
  });

  it('is done by one of many that try at once', async () => {
    const record = await queued(1);
    const tries = await Promise.all(
      [1, 2, 3, 4].map((n) => line.store.claim(startJob(record, context(n)), lockFor(record))),
    );
    expect(tries.filter((written) => written === 'written')).toHaveLength(1);
  });

  it('is refused for a job whose time is over', async () => {
    const record = await queued(1);
    line.now = at(31 * DAY);
    expect(await line.store.claim(startJob(record, context(9)), lockFor(record))).toBe('conflict');
  });

  it('locks no other budget', async () => {
    await claimed(1);
    await claimed(2, undefined, SHOP);
    expect((await line.store.look(SHOP)).running?.jobId).toBe(jobId(uuid(2)));
  });
});

describe('a step', () => {
  it('begins by writing its worker into the lock', async () => {
    const record = await begun(1);
    expect((await line.store.look(HOME)).running?.workerId).toBe('worker-1');
    expect(await line.store.get(record.job.id)).toEqual(record);
  });

  it('is taken over without a change of the job', async () => {
    const record = await begun(1);
    expect(await line.store.beginStep(takeOver(record), fenceOf(record, 'worker-2'), UNTIL)).toBe(
      'written',
    );
    expect((await line.store.look(HOME)).running?.workerId).toBe('worker-2');
    expect(await line.store.get(record.job.id)).toEqual(record);
  });

  it('writes down until when its worker can be alive', async () => {
    await begun(1);
    expect((await line.store.look(HOME)).running?.workerUntil).toBe(UNTIL);
  });

  it('is not taken over when the job changed since it was read, although its lock is there', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    expect(await line.store.settle(canceled(record), 'may_be_alive')).toBe('written');
    const late = fenceOf(record, 'worker-2');
    expect(await line.store.beginStep(takeOver(record), late, UNTIL)).toBe('changed');
    expect((await line.store.look(HOME)).running?.workerId).toBe('worker-1');
  });

  it('is not taken over by who sees it run while its end is committed: it would be done twice', async () => {
    const record = await begun(1);
    const done = completeStep(record, 1, {}, context(9)).record;
    await line.store.writeStep(completeStep(record, 1, {}, context(9)), fenceOf(record));
    // As a query sees it that comes while the end is committed.
    const inPart = { job: done.job, steps: record.steps };
    const late = fenceOf(record, 'worker-2');
    expect(await line.store.beginStep(takeOver(inPart), late, UNTIL)).toBe('changed');
    expect((await line.store.look(HOME)).running?.workerId).toBe('worker-1');
  });

  it('does not begin for another execution, another job, or without a lock', async () => {
    const record = await claimed(1);
    const change = startStep(record, 1, context(9));
    const fence = fenceOf(record);
    const begin = (of: Fence) => line.store.beginStep(takeOver(record), of, UNTIL);
    const other = { ...fence, executionId: executionId('execution:copy') };
    expect(await line.store.beginStep(change, other, UNTIL)).toBe('conflict');
    expect(await begin({ ...fence, jobId: jobId(uuid(2)) })).toBe('conflict');
    expect(await begin({ ...fence, budgetId: SHOP })).toBe('conflict');
    expect(await line.store.look(SHOP)).toEqual({});
  });

  it('writes its end, and the history tells it', async () => {
    const record = await begun(1);
    const change = completeStep(record, 1, { counts: { accounts: 2 } }, context(9));
    expect(await line.store.writeStep(change, fenceOf(record))).toBe('written');
    expect(await line.store.get(record.job.id)).toEqual(change.record);
    expect((await eventsOf(record.job.id)).map((event) => event.version)).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  it.each(['jobId', 'executionId', 'workerId'] as const)(
    'writes nothing when the lock has another %s',
    async (field) => {
      const record = await begun(1);
      const change = completeStep(record, 1, {}, context(9));
      const fence = { ...fenceOf(record), [field]: uuid(77) };
      expect(await line.store.writeStep(change, fence)).toBe('conflict');
      expect(await line.store.get(record.job.id)).toEqual(record);
    },
  );

  it('says that it is sending, in the lock', async () => {
    const record = await begun(1);
    expect((await line.store.look(HOME)).running?.sending).toBe(false);
    expect(await line.store.beginSending(fenceOf(record))).toBe('written');
    expect((await line.store.look(HOME)).running?.sending).toBe(true);
  });

  it.each(['jobId', 'executionId', 'workerId'] as const)(
    'may not send when the lock has another %s',
    async (field) => {
      const record = await begun(1);
      const fence = { ...fenceOf(record), [field]: uuid(77) };
      expect(await line.store.beginSending(fence)).toBe('conflict');
      expect((await line.store.look(HOME)).running?.sending).toBe(false);
    },
  );

  it('writes nothing over a newer version', async () => {
    const record = await begun(1);
    const fence = fenceOf(record);
    await line.store.writeStep(completeStep(record, 1, {}, context(9)), fence);
    expect(await line.store.writeStep(completeStep(record, 1, {}, context(9)), fence)).toBe(
      'conflict',
    );
  });
});

describe('keeping a line clean', () => {
  it('releases a lock only while it names the job', async () => {
    const record = await claimed(1);
    await line.store.releaseLock({ ...lockFor(record), jobId: jobId(uuid(2)) });
    expect((await line.store.look(HOME)).running?.jobId).toBe(record.job.id);
    await line.store.releaseLock(lockFor(record));
    expect(await line.store.look(HOME)).toEqual({});
  });

  it('leaves a lock in place while a worker may be sending', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    await line.store.releaseLock(lockFor(record));
    expect((await line.store.look(HOME)).running?.jobId).toBe(record.job.id);
    line.now = UNTIL;
    await line.store.releaseLock(lockFor(record));
    expect(await line.store.look(HOME)).toEqual({});
  });

  it('moves a lock to another execution only while it names job and execution as they were', async () => {
    const record = await claimed(1);
    const lock = lockFor(record);
    const anew = executionId('anew');
    await line.store.moveLock({ ...lock, jobId: jobId(uuid(2)) }, anew);
    await line.store.moveLock({ ...lock, executionId: executionId('other') }, anew);
    expect(await line.store.look(HOME)).toEqual({ running: lock });
    await line.store.moveLock(lock, anew);
    expect(await line.store.look(HOME)).toEqual({ running: { ...lock, executionId: anew } });
  });

  it('moves no lock while a worker may be sending, and leaves none to it afterwards', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    const { running } = await line.store.look(HOME);
    if (running === undefined) throw new Error('There is no lock');
    await line.store.moveLock(running, executionId('anew'));
    expect(await line.store.look(HOME)).toEqual({ running });
    line.now = UNTIL;
    await line.store.moveLock(running, executionId('anew'));
    expect(await line.store.beginSending(fenceOf(record))).toBe('conflict');
  });

  it('releases a lock that was moved away from a worker that had been sending: no worker has it any more', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    const { running } = await line.store.look(HOME);
    if (running === undefined) throw new Error('There is no lock');
    line.now = UNTIL;
    await line.store.moveLock(running, executionId('anew'));
    await line.store.releaseLock(running);
    expect(await line.store.look(HOME)).toEqual({});
  });

  it('finds every budget with open work, each once, and all that waits', async () => {
    expect(await line.openWork.openWork()).toEqual({ budgets: [], waiting: [] });
    await claimed(1);
    await queued(2);
    await queued(3, undefined, SHOP);
    const { budgets, waiting } = await line.openWork.openWork();
    expect([...budgets].sort()).toEqual([HOME, SHOP]);
    expect([...waiting].sort()).toEqual([jobId(uuid(2)), jobId(uuid(3))]);
  });
});
