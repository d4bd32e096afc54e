import { describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import type { JobRecord } from '../../functions/domain/job.ts';
import { completeStep, endJob, startJob, startStep } from '../../functions/domain/transitions.ts';
import { at, context } from '../domain/builders.ts';
import { canceled, DAY, fenceOf, HOME, jobLine, lockFor, newJob, SHOP, UNTIL } from './job-line.ts';

/** Jobs end: settled, canceled, and found by the time of their end. */

const line = jobLine();
const { queued, claimed, begun, eventsOf } = line;

describe('settling', () => {
  it('ends the job, its steps and the lock together', async () => {
    const record = await begun(1);
    const change = endJob(record, { status: 'failed', failure: failure('TIMED_OUT') }, context(9));
    expect(await line.store.settle(change, 'over')).toBe('written');
    expect(await line.store.get(record.job.id)).toEqual(change.record);
    expect(await line.store.look(HOME)).toEqual({});
  });

  it('happens once', async () => {
    const record = await begun(1);
    expect(await line.store.settle(canceled(record), 'over')).toBe('written');
    expect(await line.store.settle(canceled(record), 'over')).toBe('conflict');
  });

  it('takes a queued job out of the line and leaves the running one its lock', async () => {
    const running = await claimed(1);
    const waiting = await queued(2);
    expect(await line.store.settle(canceled(waiting), 'over')).toBe('written');
    expect(await line.store.look(HOME)).toEqual({ running: lockFor(running) });
    expect((await line.store.get(waiting.job.id))?.job.status).toBe('canceled');
  });

  it("never takes another job's lock", async () => {
    const first = await claimed(1);
    await line.store.releaseLock(lockFor(first));
    const second = await claimed(2);
    expect(await line.store.settle(canceled(first), 'over')).toBe('conflict');
    expect((await line.store.look(HOME)).running?.jobId).toBe(second.job.id);
  });

  it('lets no status leave a terminal one, even at the right version', async () => {
    const record = await begun(1);
    const ended = canceled(record);
    await line.store.settle(ended, 'over');
    const { version } = ended.record.job;
    const forged = endJob(
      { ...record, job: { ...record.job, version } },
      { status: 'canceled' },
      context(60),
    );
    expect(await line.store.settle(forged, 'over')).toBe('conflict');
  });

  it('leaves a step that began as it is to who read it as it was before: its start would be lost', async () => {
    const before = await claimed(1);
    const change = startStep(before, 1, context(3));
    await line.store.beginStep(change, fenceOf(before), UNTIL);
    // As a query sees it that comes while the beginning is committed.
    const inPart = { job: change.record.job, steps: before.steps };
    expect(await line.store.settle(canceled(inPart), 'over')).toBe('conflict');
    expect(await line.store.get(before.job.id)).toEqual(change.record);
  });
});

describe('the ends of jobs', () => {
  const NEVER = [at(-10 * DAY), at(10 * DAY)] as const;

  it('are found by their time, each once, both bounds included', async () => {
    const [first, second, third] = [await claimed(1), await queued(2), await queued(3)];
    const ended = (record: JobRecord, seconds: number) =>
      endJob(record, { status: 'canceled' }, context(seconds));
    expect(await line.store.settle(ended(first, 10), 'over')).toBe('written');
    expect(await line.store.cancel(ended(third, 12))).toBe('written');
    expect(await line.store.cancel(ended(second, 13))).toBe('written');
    expect(await line.store.endedBetween(at(10), at(12))).toEqual([first.job.id, third.job.id]);
    expect(await line.store.endedBetween(at(11), at(20))).toEqual([third.job.id, second.job.id]);
    expect(await line.store.endedBetween(at(14), at(20))).toEqual([]);
  });

  it('are found over midnight', async () => {
    const [first, second] = [await queued(1), await queued(2)];
    const midnight = 12 * 3600;
    await line.store.cancel(endJob(first, { status: 'canceled' }, context(midnight - 1)));
    await line.store.cancel(endJob(second, { status: 'canceled' }, context(midnight + 1)));
    const found = await line.store.endedBetween(at(midnight - 60), at(midnight + 60));
    expect(found).toEqual([first.job.id, second.job.id]);
  });

  it('are written with the end, and not without it', async () => {
    const record = await begun(1);
    await line.store.writeStep(completeStep(record, 1, {}, context(9)), fenceOf(record));
    expect(await line.store.settle(canceled(record), 'over')).toBe('conflict');
    expect(await line.store.endedBetween(...NEVER)).toEqual([]);
  });

  it('are written where the lock stays, too', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    await line.store.settle(canceled(record), 'may_be_alive');
    expect(await line.store.endedBetween(...NEVER)).toEqual([record.job.id]);
  });

  it('go with their jobs', async () => {
    const record = await queued(1);
    await line.store.cancel(canceled(record));
    line.now = at(31 * DAY);
    expect(await line.store.endedBetween(...NEVER)).toEqual([]);
  });
});

describe('settling a job whose worker may be alive', () => {
  it('gives the lock back when nothing was sent', async () => {
    const record = await begun(1);
    expect(await line.store.settle(canceled(record), 'may_be_alive')).toBe('written');
    expect(await line.store.look(HOME)).toEqual({});
  });

  it('keeps the lock while the worker may be sending', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    const change = canceled(record);
    expect(await line.store.settle(change, 'may_be_alive')).toBe('written');
    expect(await line.store.get(record.job.id)).toEqual(change.record);
    expect((await line.store.look(HOME)).running).toMatchObject({
      jobId: record.job.id,
      sending: true,
    });
  });

  it('gives the lock back once the worker is over', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    line.now = UNTIL;
    expect(await line.store.settle(canceled(record), 'may_be_alive')).toBe('written');
    expect(await line.store.look(HOME)).toEqual({});
  });

  it('gives the lock back at once when the worker is known to be over', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    expect(await line.store.settle(canceled(record), 'over')).toBe('written');
    expect(await line.store.look(HOME)).toEqual({});
  });

  it('puts the job that comes after it in line, the lock kept or not', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    const next = newJob(5);
    await line.store.settle(canceled(record), 'may_be_alive', next);
    expect(await line.store.get(next.record.job.id)).toEqual(next.record);
  });

  it('happens once, the lock kept or not', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    await line.store.settle(canceled(record), 'may_be_alive');
    const events = await eventsOf(record.job.id);
    for (const worker of ['may_be_alive', 'over'] as const) {
      expect(await line.store.settle(canceled(record), worker)).toBe('conflict');
    }
    expect(await eventsOf(record.job.id)).toEqual(events);
    expect((await line.store.look(HOME)).running?.jobId).toBe(record.job.id);
  });

  it("never takes another job's lock", async () => {
    const first = await begun(1);
    await line.store.releaseLock(lockFor(first));
    const second = await claimed(2);
    expect(await line.store.settle(canceled(first), 'may_be_alive')).toBe('conflict');
    expect((await line.store.look(HOME)).running?.jobId).toBe(second.job.id);
  });
});

describe('canceling', () => {
  it('takes a queued job out of the line and leaves the running one its lock', async () => {
    const running = await claimed(1);
    const waiting = await queued(2);
    const change = canceled(waiting);
    expect(await line.store.cancel(change)).toBe('written');
    expect(await line.store.get(waiting.job.id)).toEqual(change.record);
    expect(await line.store.look(HOME)).toEqual({ running: lockFor(running) });
    expect(await eventsOf(waiting.job.id)).toHaveLength(change.record.job.version);
  });

  it('gives the lock of a running job back, so that its worker may not send any more', async () => {
    const record = await begun(1);
    const change = canceled(record);
    expect(await line.store.cancel(change)).toBe('written');
    expect(await line.store.get(record.job.id)).toEqual(change.record);
    expect(await line.store.look(HOME)).toEqual({});
    expect(await line.store.beginSending(fenceOf(record))).toBe('conflict');
  });

  it('ends a running job whose lock is gone', async () => {
    const record = await claimed(1);
    await line.store.releaseLock(lockFor(record));
    const change = canceled(record);
    expect(await line.store.cancel(change)).toBe('written');
    expect(await line.store.get(record.job.id)).toEqual(change.record);
  });

  it('is too late for a job that is sending, also when its worker is over', async () => {
    const record = await begun(1);
    await line.store.beginSending(fenceOf(record));
    expect(await line.store.cancel(canceled(record))).toBe('sending');
    line.now = UNTIL;
    expect(await line.store.cancel(canceled(record))).toBe('sending');
    expect(await line.store.get(record.job.id)).toEqual(record);
    expect((await line.store.look(HOME)).running?.sending).toBe(true);
  });

  it('and sending at the same moment: one of the two happens', async () => {
    const record = await begun(1);
    const [canceling, sending] = await Promise.all([
      line.store.cancel(canceled(record)),
      line.store.beginSending(fenceOf(record)),
    ]);
    expect([
      ['written', 'conflict'],
      ['sending', 'written'],
    ]).toContainEqual([canceling, sending]);
  });

  it('happens once', async () => {
    const record = await begun(1);
    expect(await line.store.cancel(canceled(record))).toBe('written');
    expect(await line.store.cancel(canceled(record))).toBe('conflict');
  });

  it('is refused when the job changed since it was read', async () => {
    const waiting = await queued(1);
    await line.store.claim(startJob(waiting, context(2)), lockFor(waiting));
    expect(await line.store.cancel(canceled(waiting))).toBe('conflict');
    const record = await begun(2, SHOP);
    await line.store.beginSending(fenceOf(record));
    await line.store.settle(canceled(record), 'may_be_alive');
    expect(await line.store.cancel(canceled(record))).toBe('conflict');
  });

  it("never takes another job's lock", async () => {
    const first = await claimed(1);
    await line.store.releaseLock(lockFor(first));
    const second = await claimed(2);
    expect(await line.store.cancel(canceled(first))).toBe('conflict');
    expect((await line.store.look(HOME)).running?.jobId).toBe(second.job.id);
  });
});
