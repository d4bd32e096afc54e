import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import {
  type BudgetId,
  budgetId,
  executionId,
  type JobId,
  jobId,
  parseSuggestionId,
  stepId,
  type Timestamp,
  workerId,
} from '../../functions/domain/ids.ts';
import type { JobRecord, Work } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import type { Fence, RunningJob } from '../../functions/domain/running.ts';
import {
  completeStep,
  createJob,
  endJob,
  startJob,
  startStep,
  takeOver,
} from '../../functions/domain/transitions.ts';
import { InvalidCursorError } from '../../functions/store/errors.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { at, context, uuid } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';

let tables: Tables;
let store: JobStore;
let now: Timestamp;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

beforeEach(async () => {
  now = at(0);
  store = new JobStore({ ...(await tables.empty()), now: () => now });
});

/** Stores of one empty table, by the days that they keep jobs for. */
async function storesByRetention(): Promise<(retentionDays: number) => JobStore> {
  const options = await tables.empty();
  return (retentionDays) => new JobStore({ ...options, now: () => now, retentionDays });
}

const HOME = budgetId(uuid(0xb1));
const SHOP = budgetId(uuid(0xb2));
const DAY = 86_400;
/** When the worker of a step is surely over. */
const UNTIL = at(1_000);

let steps = 0xc000;
function newJob(n: number, work: Work = { type: 'sync_and_suggest' }, budget: BudgetId = HOME) {
  return createJob(
    {
      id: jobId(uuid(n)),
      budgetId: budget,
      work,
      trigger: 'api',
      newStepId: () => stepId(uuid(steps++)),
    },
    context(n),
  );
}

async function queued(n: number, work?: Work, budget?: BudgetId): Promise<JobRecord> {
  const change = newJob(n, work, budget);
  expect(await store.create({ change })).toEqual({ kind: 'created' });
  return change.record;
}

function lockFor({ job }: JobRecord): RunningJob {
  return {
    budgetId: job.budgetId,
    jobId: job.id,
    executionId: executionId(`execution:${job.id}`),
    workerId: null,
    workerUntil: null,
    sending: false,
  };
}

async function claimed(n: number, work?: Work, budget?: BudgetId): Promise<JobRecord> {
  const record = await queued(n, work, budget);
  const change = startJob(record, context(n + 1));
  expect(await store.claim(change, lockFor(record))).toBe('written');
  return change.record;
}

function fenceOf(record: JobRecord, worker = 'worker-1'): Fence {
  const { budgetId: budget, jobId: id, executionId: execution } = lockFor(record);
  return { budgetId: budget, jobId: id, executionId: execution, workerId: workerId(worker) };
}

async function begun(n: number, budget?: BudgetId): Promise<JobRecord> {
  const record = await claimed(n, undefined, budget);
  const change = startStep(record, 1, context(n + 2));
  expect(await store.beginStep(change, fenceOf(record), UNTIL)).toBe('written');
  return change.record;
}

const canceled = (record: JobRecord): JobChange =>
  endJob(record, { status: 'canceled' }, context(50));

const eventsOf = async (id: JobId) => (await store.history(id))?.events ?? [];

describe('creating', () => {
  it('keeps every field of the job, its steps and its events', async () => {
    const change = newJob(1, { type: 'sync_and_suggest', fullResync: true });
    await store.create({ change });
    expect(await store.get(change.record.job.id)).toEqual(change.record);
    expect(await store.whole(change.record.job.id)).toEqual(change.record);
    expect(await store.history(change.record.job.id)).toEqual({
      job: change.record.job,
      events: change.events,
    });
  });

  it('puts the job in line behind those with smaller ids', async () => {
    await queued(7);
    await queued(5);
    await queued(6);
    expect(await store.look(HOME)).toEqual({ next: jobId(uuid(5)) });
  });

  it('keeps long lists beside the job, not in it', async () => {
    const change = newJob(1, { type: 'suggestions_apply' });
    const suggestionIds = Array.from({ length: 500 }, (_, i) => parseSuggestionId(`${uuid(i)}.1`));
    await store.create({ change, input: { suggestionIds } });
    expect(await store.input(change.record.job.id)).toEqual({ suggestionIds });
    expect(await store.get(change.record.job.id)).toEqual(change.record);
    expect(await store.whole(change.record.job.id)).toEqual({
      ...change.record,
      input: { suggestionIds },
    });
    expect(await eventsOf(change.record.job.id)).toEqual(change.events);
  });

  it('knows no job and no history under an id that was never used', async () => {
    expect(await store.get(jobId(uuid(9)))).toBeUndefined();
    expect(await store.whole(jobId(uuid(9)))).toBeUndefined();
    expect(await store.history(jobId(uuid(9)))).toBeUndefined();
  });
});

describe('the same request again', () => {
  const request = { key: 'hash-of-key', bodyHash: 'hash-of-body' };

  it('gives the job that the first one made, and makes none', async () => {
    const first = newJob(1);
    const second = newJob(2);
    await store.create({ change: first, request });
    expect(await store.create({ change: second, request })).toEqual({
      kind: 'replayed',
      jobId: first.record.job.id,
    });
    expect(await store.get(second.record.job.id)).toBeUndefined();
  });

  it('is told from another body under the same key', async () => {
    await store.create({ change: newJob(1), request });
    const other = { ...request, bodyHash: 'other' };
    expect(await store.create({ change: newJob(2), request: other })).toEqual({
      kind: 'key_reused',
    });
  });

  it('makes a new job a day later', async () => {
    await store.create({ change: newJob(1), request });
    now = at(DAY);
    expect(await store.create({ change: newJob(2), request })).toEqual({ kind: 'created' });
  });

  it('makes one job when both come at once', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map((n) => store.create({ change: newJob(n), request })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'replayed')).toHaveLength(3);
  });
});

describe('a request', () => {
  const request = { key: 'hash-of-key', bodyHash: 'hash-of-body' };
  const JOB = jobId(uuid(1));

  it('was answered with the job that it made, until a day later', async () => {
    expect(await store.answered(request)).toBeUndefined();
    await store.create({ change: newJob(1), request });
    expect(await store.answered(request)).toEqual({ kind: 'replayed', jobId: JOB });
    expect(await store.answered({ ...request, bodyHash: 'other' })).toEqual({
      kind: 'key_reused',
    });
    now = at(DAY);
    expect(await store.answered(request)).toBeUndefined();
  });

  it('is answered with a job that is there already, and with no other after that', async () => {
    expect(await store.answer(request, JOB)).toEqual({ kind: 'replayed', jobId: JOB });
    const again = await store.answer(request, jobId(uuid(2)));
    expect(again).toEqual({ kind: 'replayed', jobId: JOB });
    expect(await store.answer({ ...request, bodyHash: 'other' }, JOB)).toEqual({
      kind: 'key_reused',
    });
    expect(await store.create({ change: newJob(3), request })).toEqual(again);
  });
});

describe('repeating a job', () => {
  const RERUN = jobId(uuid(5));

  it('puts the new job in line and names it as the one that repeats', async () => {
    const { job } = await queued(1);
    expect(await store.rerun(job.id)).toBeUndefined();
    const change = newJob(5);
    expect(await store.repeat({ change }, { of: job, before: undefined })).toEqual({
      kind: 'created',
    });
    expect(await store.rerun(job.id)).toBe(RERUN);
    expect(await store.get(RERUN)).toEqual(change.record);
  });

  it('leaves the job that is repeated as it was', async () => {
    const record = await queued(1);
    await store.repeat({ change: newJob(5) }, { of: record.job, before: undefined });
    expect(await store.get(record.job.id)).toEqual(record);
    expect(await eventsOf(record.job.id)).toHaveLength(3);
  });

  it('is done by one of many that try at once', async () => {
    const { job } = await queued(1);
    const tries = await Promise.all(
      [5, 6, 7, 8].map((n) => store.repeat({ change: newJob(n) }, { of: job, before: undefined })),
    );
    expect(tries.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(tries.filter(({ kind }) => kind === 'overtaken')).toHaveLength(3);
    const { jobs } = await store.list({ budgetId: HOME }, { limit: 10 });
    expect(jobs).toHaveLength(2);
  });

  it('gives the same request its job again', async () => {
    const { job } = await queued(1);
    const request = { key: 'hash-of-key', bodyHash: 'hash-of-body' };
    const repetition = { of: job, before: undefined };
    await store.repeat({ change: newJob(5), request }, repetition);
    const again = await store.repeat({ change: newJob(6), request }, repetition);
    expect(again).toEqual({ kind: 'replayed', jobId: RERUN });
  });

  it('is known as long as the job that repeats is kept', async () => {
    const { job } = await queued(1);
    await store.repeat({ change: newJob(20 * DAY) }, { of: job, before: undefined });
    now = at(49 * DAY);
    expect(await store.rerun(job.id)).toBeDefined();
    now = at(51 * DAY);
    expect(await store.rerun(job.id)).toBeUndefined();
  });

  it('is known also where jobs are kept for less time by now than when the repeated one was made', async () => {
    const kept = await storesByRetention();
    const change = newJob(1);
    await kept(30).create({ change });
    const { job } = change.record;
    now = at(20 * DAY);
    const repetition = { of: job, before: undefined };
    const rerun = newJob(20 * DAY);
    expect((await kept(7).repeat({ change: rerun }, repetition)).kind).toBe('created');
    expect(await kept(7).rerun(job.id)).toBe(rerun.record.job.id);
  });

  it('is possible again once the job that repeats is over although the engine still has it', async () => {
    const kept = await storesByRetention();
    const change = newJob(1);
    await kept(30).create({ change });
    const { job } = change.record;
    const repeated = (seconds: number) =>
      kept(7).repeat({ change: newJob(seconds) }, { of: job, before: undefined });
    expect((await repeated(DAY)).kind).toBe('created');
    now = at(9 * DAY);
    expect(await kept(7).rerun(job.id)).toBeUndefined();
    expect((await repeated(9 * DAY)).kind).toBe('created');
  });
});

describe('claiming', () => {
  it('takes the job out of the line and locks the budget', async () => {
    const record = await claimed(1);
    expect(await store.look(HOME)).toEqual({ running: lockFor(record) });
    expect(await store.get(record.job.id)).toEqual(record);
  });

  it('is refused while another job of the budget runs', async () => {
    await claimed(1);
    const second = await queued(2);
    expect(await store.claim(startJob(second, context(9)), lockFor(second))).toBe('conflict');
    expect((await store.get(second.job.id))?.job.status).toBe('queued');
  });

  it('is refused when the job changed since it was read', async () => {
    const record = await queued(1);
    await store.settle(canceled(record), 'over');
    expect(await store.claim(startJob(record, context(9)), lockFor(record))).toBe('conflict');
  });

  it('is done by one of many that try at once', async () => {
    const record = await queued(1);
    const tries = await Promise.all(
      [1, 2, 3, 4].map((n) => store.claim(startJob(record, context(n)), lockFor(record))),
    );
    expect(tries.filter((written) => written === 'written')).toHaveLength(1);
  });

  it('is refused for a job whose time is over', async () => {
    const record = await queued(1);
    now = at(31 * DAY);
    expect(await store.claim(startJob(record, context(9)), lockFor(record))).toBe('conflict');
  });

  it('locks no other budget', async () => {
    await claimed(1);
    await claimed(2, undefined, SHOP);
    expect((await store.look(SHOP)).running?.jobId).toBe(jobId(uuid(2)));
  });
});

describe('a step', () => {
  it('begins by writing its worker into the lock', async () => {
    const record = await begun(1);
    expect((await store.look(HOME)).running?.workerId).toBe('worker-1');
    expect(await store.get(record.job.id)).toEqual(record);
  });

  it('is taken over without a change of the job', async () => {
    const record = await begun(1);
    expect(await store.beginStep(takeOver(record), fenceOf(record, 'worker-2'), UNTIL)).toBe(
      'written',
    );
    expect((await store.look(HOME)).running?.workerId).toBe('worker-2');
    expect(await store.get(record.job.id)).toEqual(record);
  });

  it('writes down until when its worker can be alive', async () => {
    await begun(1);
    expect((await store.look(HOME)).running?.workerUntil).toBe(UNTIL);
  });

  it('is not taken over when the job changed since it was read, although its lock is there', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    expect(await store.settle(canceled(record), 'may_be_alive')).toBe('written');
    const late = fenceOf(record, 'worker-2');
    expect(await store.beginStep(takeOver(record), late, UNTIL)).toBe('conflict');
    expect((await store.look(HOME)).running?.workerId).toBe('worker-1');
  });

  it('does not begin for another execution, another job, or without a lock', async () => {
    const record = await claimed(1);
    const change = startStep(record, 1, context(9));
    const fence = fenceOf(record);
    const begin = (of: Fence) => store.beginStep(takeOver(record), of, UNTIL);
    const other = { ...fence, executionId: executionId('execution:copy') };
    expect(await store.beginStep(change, other, UNTIL)).toBe('conflict');
    expect(await begin({ ...fence, jobId: jobId(uuid(2)) })).toBe('conflict');
    expect(await begin({ ...fence, budgetId: SHOP })).toBe('conflict');
    expect(await store.look(SHOP)).toEqual({});
  });

  it('writes its end, and the history tells it', async () => {
    const record = await begun(1);
    const change = completeStep(record, 1, { counts: { accounts: 2 } }, context(9));
    expect(await store.writeStep(change, fenceOf(record))).toBe('written');
    expect(await store.get(record.job.id)).toEqual(change.record);
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
      expect(await store.writeStep(change, fence)).toBe('conflict');
      expect(await store.get(record.job.id)).toEqual(record);
    },
  );

  it('says that it is sending, in the lock', async () => {
    const record = await begun(1);
    expect((await store.look(HOME)).running?.sending).toBe(false);
    expect(await store.beginSending(fenceOf(record))).toBe('written');
    expect((await store.look(HOME)).running?.sending).toBe(true);
  });

  it.each(['jobId', 'executionId', 'workerId'] as const)(
    'may not send when the lock has another %s',
    async (field) => {
      const record = await begun(1);
      const fence = { ...fenceOf(record), [field]: uuid(77) };
      expect(await store.beginSending(fence)).toBe('conflict');
      expect((await store.look(HOME)).running?.sending).toBe(false);
    },
  );

  it('writes nothing over a newer version', async () => {
    const record = await begun(1);
    const fence = fenceOf(record);
    await store.writeStep(completeStep(record, 1, {}, context(9)), fence);
    expect(await store.writeStep(completeStep(record, 1, {}, context(9)), fence)).toBe('conflict');
  });
});

describe('settling', () => {
  it('ends the job, its steps and the lock together', async () => {
    const record = await begun(1);
    const change = endJob(record, { status: 'failed', failure: failure('TIMED_OUT') }, context(9));
    expect(await store.settle(change, 'over')).toBe('written');
    expect(await store.get(record.job.id)).toEqual(change.record);
    expect(await store.look(HOME)).toEqual({});
  });

  it('happens once', async () => {
    const record = await begun(1);
    expect(await store.settle(canceled(record), 'over')).toBe('written');
    expect(await store.settle(canceled(record), 'over')).toBe('conflict');
  });

  it('takes a queued job out of the line and leaves the running one its lock', async () => {
    const running = await claimed(1);
    const waiting = await queued(2);
    expect(await store.settle(canceled(waiting), 'over')).toBe('written');
    expect(await store.look(HOME)).toEqual({ running: lockFor(running) });
    expect((await store.get(waiting.job.id))?.job.status).toBe('canceled');
  });

  it("never takes another job's lock", async () => {
    const first = await claimed(1);
    await store.releaseLock(lockFor(first));
    const second = await claimed(2);
    expect(await store.settle(canceled(first), 'over')).toBe('conflict');
    expect((await store.look(HOME)).running?.jobId).toBe(second.job.id);
  });

  it('lets no status leave a terminal one, even at the right version', async () => {
    const record = await begun(1);
    const ended = canceled(record);
    await store.settle(ended, 'over');
    const { version } = ended.record.job;
    const forged = endJob(
      { ...record, job: { ...record.job, version } },
      { status: 'canceled' },
      context(60),
    );
    expect(await store.settle(forged, 'over')).toBe('conflict');
  });
});

describe('the ends of jobs', () => {
  const NEVER = [at(-10 * DAY), at(10 * DAY)] as const;

  it('are found by their time, each once, both bounds included', async () => {
    const [first, second, third] = [await claimed(1), await queued(2), await queued(3)];
    const ended = (record: JobRecord, seconds: number) =>
      endJob(record, { status: 'canceled' }, context(seconds));
    expect(await store.settle(ended(first, 10), 'over')).toBe('written');
    expect(await store.cancel(ended(third, 12))).toBe('written');
    expect(await store.cancel(ended(second, 13))).toBe('written');
    expect(await store.endedBetween(at(10), at(12))).toEqual([first.job.id, third.job.id]);
    expect(await store.endedBetween(at(11), at(20))).toEqual([third.job.id, second.job.id]);
    expect(await store.endedBetween(at(14), at(20))).toEqual([]);
  });

  it('are found over midnight', async () => {
    const [first, second] = [await queued(1), await queued(2)];
    const midnight = 12 * 3600;
    await store.cancel(endJob(first, { status: 'canceled' }, context(midnight - 1)));
    await store.cancel(endJob(second, { status: 'canceled' }, context(midnight + 1)));
    const found = await store.endedBetween(at(midnight - 60), at(midnight + 60));
    expect(found).toEqual([first.job.id, second.job.id]);
  });

  it('are written with the end, and not without it', async () => {
    const record = await begun(1);
    await store.writeStep(completeStep(record, 1, {}, context(9)), fenceOf(record));
    expect(await store.settle(canceled(record), 'over')).toBe('conflict');
    expect(await store.endedBetween(...NEVER)).toEqual([]);
  });

  it('are written where the lock stays, too', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    await store.settle(canceled(record), 'may_be_alive');
    expect(await store.endedBetween(...NEVER)).toEqual([record.job.id]);
  });

  it('go with their jobs', async () => {
    const record = await queued(1);
    await store.cancel(canceled(record));
    now = at(31 * DAY);
    expect(await store.endedBetween(...NEVER)).toEqual([]);
  });
});

describe('settling a job whose worker may be alive', () => {
  it('gives the lock back when nothing was sent', async () => {
    const record = await begun(1);
    expect(await store.settle(canceled(record), 'may_be_alive')).toBe('written');
    expect(await store.look(HOME)).toEqual({});
  });

  it('keeps the lock while the worker may be sending', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    const change = canceled(record);
    expect(await store.settle(change, 'may_be_alive')).toBe('written');
    expect(await store.get(record.job.id)).toEqual(change.record);
    expect((await store.look(HOME)).running).toMatchObject({ jobId: record.job.id, sending: true });
  });

  it('gives the lock back once the worker is over', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    now = UNTIL;
    expect(await store.settle(canceled(record), 'may_be_alive')).toBe('written');
    expect(await store.look(HOME)).toEqual({});
  });

  it('gives the lock back at once when the worker is known to be over', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    expect(await store.settle(canceled(record), 'over')).toBe('written');
    expect(await store.look(HOME)).toEqual({});
  });

  it('puts the job that comes after it in line, the lock kept or not', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    const next = newJob(5);
    await store.settle(canceled(record), 'may_be_alive', next);
    expect(await store.get(next.record.job.id)).toEqual(next.record);
  });

  it('happens once, the lock kept or not', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    await store.settle(canceled(record), 'may_be_alive');
    const events = await eventsOf(record.job.id);
    for (const worker of ['may_be_alive', 'over'] as const) {
      expect(await store.settle(canceled(record), worker)).toBe('conflict');
    }
    expect(await eventsOf(record.job.id)).toEqual(events);
    expect((await store.look(HOME)).running?.jobId).toBe(record.job.id);
  });

  it("never takes another job's lock", async () => {
    const first = await begun(1);
    await store.releaseLock(lockFor(first));
    const second = await claimed(2);
    expect(await store.settle(canceled(first), 'may_be_alive')).toBe('conflict');
    expect((await store.look(HOME)).running?.jobId).toBe(second.job.id);
  });
});

describe('canceling', () => {
  it('takes a queued job out of the line and leaves the running one its lock', async () => {
    const running = await claimed(1);
    const waiting = await queued(2);
    const change = canceled(waiting);
    expect(await store.cancel(change)).toBe('written');
    expect(await store.get(waiting.job.id)).toEqual(change.record);
    expect(await store.look(HOME)).toEqual({ running: lockFor(running) });
    expect(await eventsOf(waiting.job.id)).toHaveLength(change.record.job.version);
  });

  it('gives the lock of a running job back, so that its worker may not send any more', async () => {
    const record = await begun(1);
    const change = canceled(record);
    expect(await store.cancel(change)).toBe('written');
    expect(await store.get(record.job.id)).toEqual(change.record);
    expect(await store.look(HOME)).toEqual({});
    expect(await store.beginSending(fenceOf(record))).toBe('conflict');
  });

  it('is too late for a job that is sending, also when its worker is over', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    expect(await store.cancel(canceled(record))).toBe('sending');
    now = UNTIL;
    expect(await store.cancel(canceled(record))).toBe('sending');
    expect(await store.get(record.job.id)).toEqual(record);
    expect((await store.look(HOME)).running?.sending).toBe(true);
  });

  it('and sending at the same moment: one of the two happens', async () => {
    const record = await begun(1);
    const [canceling, sending] = await Promise.all([
      store.cancel(canceled(record)),
      store.beginSending(fenceOf(record)),
    ]);
    expect([
      ['written', 'conflict'],
      ['sending', 'written'],
    ]).toContainEqual([canceling, sending]);
  });

  it('happens once', async () => {
    const record = await begun(1);
    expect(await store.cancel(canceled(record))).toBe('written');
    expect(await store.cancel(canceled(record))).toBe('conflict');
  });

  it('is refused when the job changed since it was read', async () => {
    const waiting = await queued(1);
    await store.claim(startJob(waiting, context(2)), lockFor(waiting));
    expect(await store.cancel(canceled(waiting))).toBe('conflict');
    const record = await begun(2, SHOP);
    await store.beginSending(fenceOf(record));
    await store.settle(canceled(record), 'may_be_alive');
    expect(await store.cancel(canceled(record))).toBe('conflict');
  });

  it("never takes another job's lock", async () => {
    const first = await claimed(1);
    await store.releaseLock(lockFor(first));
    const second = await claimed(2);
    expect(await store.cancel(canceled(first))).toBe('conflict');
    expect((await store.look(HOME)).running?.jobId).toBe(second.job.id);
  });
});

describe('keeping a line clean', () => {
  it('releases a lock only while it names the job', async () => {
    const record = await claimed(1);
    await store.releaseLock({ ...lockFor(record), jobId: jobId(uuid(2)) });
    expect((await store.look(HOME)).running?.jobId).toBe(record.job.id);
    await store.releaseLock(lockFor(record));
    expect(await store.look(HOME)).toEqual({});
  });

  it('leaves a lock in place while a worker may be sending', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    await store.releaseLock(lockFor(record));
    expect((await store.look(HOME)).running?.jobId).toBe(record.job.id);
    now = UNTIL;
    await store.releaseLock(lockFor(record));
    expect(await store.look(HOME)).toEqual({});
  });

  it('moves a lock to another execution only while it names job and execution as they were', async () => {
    const record = await claimed(1);
    const lock = lockFor(record);
    const anew = executionId('anew');
    await store.moveLock({ ...lock, jobId: jobId(uuid(2)) }, anew);
    await store.moveLock({ ...lock, executionId: executionId('other') }, anew);
    expect(await store.look(HOME)).toEqual({ running: lock });
    await store.moveLock(lock, anew);
    expect(await store.look(HOME)).toEqual({ running: { ...lock, executionId: anew } });
  });

  it('moves no lock while a worker may be sending, and leaves none to it afterwards', async () => {
    const record = await begun(1);
    await store.beginSending(fenceOf(record));
    const { running } = await store.look(HOME);
    if (running === undefined) throw new Error('There is no lock');
    await store.moveLock(running, executionId('anew'));
    expect(await store.look(HOME)).toEqual({ running });
    now = UNTIL;
    await store.moveLock(running, executionId('anew'));
    expect(await store.beginSending(fenceOf(record))).toBe('conflict');
  });

  it('finds every budget with open work, each once, and all that waits', async () => {
    expect(await store.openWork()).toEqual({ budgets: [], waiting: [] });
    await claimed(1);
    await queued(2);
    await queued(3, undefined, SHOP);
    const { budgets, waiting } = await store.openWork();
    expect([...budgets].sort()).toEqual([HOME, SHOP]);
    expect([...waiting].sort()).toEqual([jobId(uuid(2)), jobId(uuid(3))]);
  });
});

describe('listing', () => {
  const types = ['budget_sync', 'suggestions_generate', 'sync_and_suggest'] as const;

  async function manyJobs(): Promise<readonly JobId[]> {
    const ids: JobId[] = [];
    for (let n = 1; n <= 45; n += 1) {
      const record = await queued(n, { type: types[n % 3] ?? 'budget_sync' });
      if (n % 2 === 0) await store.settle(canceled(record), 'over');
      ids.push(record.job.id);
    }
    await queued(100, undefined, SHOP);
    return ids.reverse();
  }

  async function everyPage(
    filter: Parameters<JobStore['list']>[0],
    limit: number,
  ): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<JobStore['list']>> = await store.list(filter, {
        limit,
        ...(cursor !== null && { cursor }),
      });
      expect(page.jobs.length).toBeLessThanOrEqual(limit);
      ids.push(...page.jobs.map((job) => job.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
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

  it('ends a page that what it looks for is not on, and says where to go on', async () => {
    for (let n = 1; n <= 12; n += 1) {
      await store.settle(canceled(await queued(n, { type: types[0] })), 'over');
    }
    const filter = { budgetId: HOME, type: types[1], status: 'canceled' } as const;
    const { jobs, nextCursor } = await store.list(filter, { limit: 1 });
    expect(jobs).toEqual([]);
    expect(await store.list(filter, { limit: 1, cursor: String(nextCursor) })).toEqual({
      jobs: [],
      nextCursor: null,
    });
  });

  it('leaves out what has expired although the engine still has it', async () => {
    await queued(1);
    await queued(20 * DAY);
    now = at(31 * DAY);
    expect(await everyPage({ budgetId: HOME }, 10)).toEqual([uuid(20 * DAY)]);
    expect(await store.get(jobId(uuid(1)))).toBeUndefined();
    expect(await store.history(jobId(uuid(1)))).toBeUndefined();
  });

  it('and reading leave a job out from the same second on: 30 days after its creation', async () => {
    const { job } = await queued(1);
    const seen = async () => [
      (await everyPage({ budgetId: HOME }, 10)).length === 1,
      (await store.get(job.id)) !== undefined,
      (await store.whole(job.id)) !== undefined,
      (await store.history(job.id)) !== undefined,
    ];
    now = at(30 * DAY);
    expect(await seen()).toEqual([true, true, true, true]);
    now = at(30 * DAY + 1);
    expect(await seen()).toEqual([false, false, false, false]);
  });

  it('refuses a cursor that was altered, or that belongs to another listing', async () => {
    for (const n of [1, 2, 3]) await queued(n);
    const { nextCursor } = await store.list({ budgetId: HOME }, { limit: 1 });
    const cursor = String(nextCursor);
    const bad = [`${cursor}A`, cursor.slice(1), '', 'x', `A${cursor.slice(1)}`, `${cursor}!`];
    for (const altered of bad) {
      await expect(store.list({ budgetId: HOME }, { limit: 1, cursor: altered })).rejects.toThrow(
        InvalidCursorError,
      );
    }
    await expect(store.list({ budgetId: SHOP }, { limit: 1, cursor })).rejects.toThrow(
      InvalidCursorError,
    );
    await expect(
      store.list({ budgetId: HOME, status: 'queued' }, { limit: 1, cursor }),
    ).rejects.toThrow(InvalidCursorError);
  });
});
