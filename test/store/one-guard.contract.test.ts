import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import {
  budgetId,
  executionId,
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
  reportResult,
  startJob,
  startStep,
  takeOver,
} from '../../functions/domain/transitions.ts';
import { StoreError } from '../../functions/store/errors.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import {
  eventKey,
  inputKey,
  jobKey,
  type Key,
  queueKey,
  runningKey,
  stepKey,
} from '../../functions/store/keys.ts';
import { Table, type TableOptions } from '../../functions/store/table.ts';
import { at, context, uuid } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';

/**
 * Most writes of a job have several guards against the same mistake. Here each meets a mistake that no other one would
 * notice; where the use cases never make one, it is made by hand.
 */

const HOME = budgetId(uuid(0xb1));
const ONE = jobId(uuid(1));
const TWO = jobId(uuid(2));
const DAY = 86_400;
/** When the worker of a step is surely over. */
const UNTIL = at(1_000);

let tables: Tables;
let options: Pick<TableOptions, 'client' | 'tableName'>;
let store: JobStore;
let now: Timestamp;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

beforeEach(async () => {
  now = at(0);
  options = await tables.empty();
  store = new JobStore({ ...options, now: () => now });
});

let steps = 0xc000;
function newJob(id = ONE, work: Work = { type: 'sync_and_suggest' }): JobChange {
  const newStepId = () => stepId(uuid(steps++));
  return createJob({ id, budgetId: HOME, work, trigger: 'api', newStepId }, context(0));
}

const fence: Fence = {
  budgetId: HOME,
  jobId: ONE,
  executionId: executionId('execution:1'),
  workerId: workerId('worker-1'),
};
const lock: RunningJob = { ...fence, workerId: null, workerUntil: null, sending: false };

async function queued(id = ONE): Promise<JobRecord> {
  const change = newJob(id);
  expect(await store.create({ change })).toEqual({ kind: 'created' });
  return change.record;
}

async function claimed(): Promise<JobRecord> {
  const change = startJob(await queued(), context(1));
  expect(await store.claim(change, lock)).toBe('written');
  return change.record;
}

/** The first step runs. */
async function begun(): Promise<JobRecord> {
  const change = startStep(await claimed(), 1, context(2));
  expect(await store.beginStep(change, fence, UNTIL)).toBe('written');
  return change.record;
}

/** The job has ended, but its lock is there: its worker may be alive. */
async function endedInItsLock(): Promise<JobRecord> {
  const record = await begun();
  expect(await store.beginSending(fence)).toBe('written');
  const end = endJob(record, { status: 'failed', failure: failure('TIMED_OUT') }, context(3));
  expect(await store.settle(end, 'may_be_alive')).toBe('written');
  expect(await store.look(HOME)).toMatchObject({ running: { jobId: ONE } });
  return end.record;
}

const withStatus = <Status extends JobRecord['job']['status']>(
  { job, steps: of }: JobRecord,
  status: Status,
): JobRecord => ({ job: { ...job, status }, steps: of });

async function lies(item: Key & Record<string, unknown>): Promise<void> {
  const table = new Table(options);
  expect(await table.write([{ Put: { TableName: table.name, Item: item } }])).toBe('written');
}

describe('a new job is not written over', () => {
  it.each<[string, Key]>([
    ['a job', jobKey(ONE)],
    ['a step', stepKey(ONE, 2)],
    ['an event', eventKey(ONE, 3)],
    ['a list that a job works on', inputKey(ONE)],
    ['a place in line', queueKey(HOME, ONE)],
  ])('%s', async (_what, key) => {
    await lies({ ...key });
    const input = { suggestionIds: [parseSuggestionId(`${uuid(9)}.1`)] };
    await expect(store.create({ change: newJob(), input })).rejects.toThrow(StoreError);
  });
});

describe('a job that moves', () => {
  it('has not changed since it was read', async () => {
    const change = endJob(await queued(), { status: 'canceled' }, context(5));
    expect(await store.cancel({ ...change, before: change.before - 1 })).toBe('conflict');
    expect(await store.cancel(change)).toBe('written');
  });

  it('leaves no status that is terminal', async () => {
    const ended = await endedInItsLock();
    const again = endJob(withStatus(ended, 'running'), { status: 'succeeded' }, context(5));
    expect(await store.writeStep(again, fence)).toBe('conflict');
    expect(await store.get(ONE)).toEqual(ended);
  });

  it('adds to its history and replaces nothing in it', async () => {
    const change = endJob(await queued(), { status: 'canceled' }, context(5));
    const events = change.events.map((event) => ({ ...event, version: event.version - 1 }));
    expect(await store.cancel({ ...change, events })).toBe('conflict');
  });
});

describe('a job that stays what it is', () => {
  it('has not changed since it was read', async () => {
    const before = await begun();
    const other = await store.writeStep(completeStep(before, 1, {}, context(4)), fence);
    expect(other).toBe('written');
    const late = reportResult(before, { counts: { accounts: 1 } }, context(5));
    expect(await store.writeStep(late, fence)).toBe('conflict');
  });

  it('runs: what its worker does is written in no other status', async () => {
    const ended = await endedInItsLock();
    const late = reportResult(
      withStatus(ended, 'running'),
      { counts: { accounts: 1 } },
      context(5),
    );
    expect(await store.writeStep(late, fence)).toBe('conflict');
    expect(await store.get(ONE)).toEqual(ended);
  });

  it('is not one whose time is over', async () => {
    const record = await begun();
    now = at(31 * DAY);
    const late = reportResult(record, { counts: { accounts: 1 } }, context(5));
    expect(await store.writeStep(late, fence)).toBe('conflict');
  });
});

describe('a step that moves', () => {
  it('leaves no status that is terminal', async () => {
    const record = await begun();
    const done = completeStep(record, 1, {}, context(3)).record;
    expect(await store.writeStep(completeStep(record, 1, {}, context(3)), fence)).toBe('written');
    const again = { job: done.job, steps: record.steps };
    expect(await store.writeStep(completeStep(again, 1, {}, context(4)), fence)).toBe('conflict');
    expect(await store.get(ONE)).toEqual(done);
  });
});

describe('a lock', () => {
  it('lets no other job begin, also under the same execution', async () => {
    await claimed();
    const other = withStatus(await queued(TWO), 'running');
    const begin = store.beginStep(takeOver(other), { ...fence, jobId: TWO }, UNTIL);
    expect(await begin).toBe('conflict');
    expect(await store.look(HOME)).toEqual({ running: lock });
  });

  it.each(['over', 'may_be_alive'] as const)(
    'that is gone keeps no job from its end, its worker being %s',
    async (worker) => {
      const record = await claimed();
      await store.releaseLock(lock);
      const end = endJob(record, { status: 'canceled' }, context(5));
      expect(await store.settle(end, worker)).toBe('written');
    },
  );

  it('of a worker whose time nobody wrote down holds nothing up', async () => {
    const record = await claimed();
    const { PK, SK } = runningKey(HOME);
    await lies({ PK, SK, schema: 1, budgetId: HOME, jobId: ONE, sending: true });
    const end = endJob(record, { status: 'canceled' }, context(5));
    expect(await store.settle(end, 'may_be_alive')).toBe('written');
    expect(await store.look(HOME)).toEqual({});
  });
});
