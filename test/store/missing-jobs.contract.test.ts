import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  budgetId,
  executionId,
  jobId,
  stepId,
  suggestionId,
  type Timestamp,
  transactionId,
} from '../../functions/domain/ids.ts';
import type { JobRecord } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import { createJob, startJob } from '../../functions/domain/transitions.ts';
import { StoreUnavailableError } from '../../functions/store/errors.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { inputKey, jobKey, type Key, runningKey } from '../../functions/store/keys.ts';
import { queueItem } from '../../functions/store/line-rows.ts';
import { ScheduleStore } from '../../functions/store/schedule-store.ts';
import type { TableOptions } from '../../functions/store/table.ts';
import { at, context, uuid } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';

/**
 * What is written because a job was not found: it may be gone, or its time over; or it is there, and the read came while the
 * transaction that made it was committed, as DynamoDB's queries may.
 */

const HOME = budgetId(uuid(0xb1));
const DAY = 86_400;
const RERUN = jobId(uuid(5));

let tables: Tables;
let options: TableOptions;
let store: JobStore;
let now: Timestamp;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

beforeEach(async () => {
  now = at(0);
  options = await tables.empty();
  store = kept(30);
});

const kept = (retentionDays: number) => new JobStore({ ...options, now: () => now, retentionDays });

let made = 0xc000;
function newJob(n: number, scheduled = false): JobChange {
  return createJob(
    {
      id: jobId(uuid(n)),
      budgetId: HOME,
      work: { type: scheduled ? 'scheduled_sync_and_suggest' : 'sync_and_suggest' },
      trigger: scheduled ? 'schedule' : 'api',
      newStepId: () => stepId(uuid(made++)),
    },
    context(n),
  );
}

async function queued(n: number): Promise<JobRecord> {
  const change = newJob(n);
  expect(await store.create({ change })).toEqual({ kind: 'created' });
  return change.record;
}

/** As DynamoDB deletes what has expired: item by item. */
async function deleted({ PK, SK }: Key): Promise<void> {
  const Delete = { TableName: options.tableName, Key: { PK, SK } };
  await options.client.send(new TransactWriteCommand({ TransactItems: [{ Delete }] }));
}

describe('the place in line of a job that was not found', () => {
  it('is dropped when the job is gone', async () => {
    const { job } = await queued(1);
    await queued(2);
    await deleted(jobKey(job.id));
    await store.dropPlaceInLine(HOME, job.id);
    expect(await store.look(HOME)).toEqual({ next: jobId(uuid(2)) });
  });

  it('is dropped when the time of the job is over, deleted or not', async () => {
    const { job } = await queued(1);
    now = at(31 * DAY);
    await store.dropPlaceInLine(HOME, job.id);
    expect(await store.look(HOME)).toEqual({});
  });

  it('is dropped when the job does not wait any more', async () => {
    const record = await queued(1);
    const { id } = record.job;
    const lock = {
      budgetId: HOME,
      jobId: id,
      executionId: executionId('execution'),
      workerId: null,
      workerUntil: null,
      sending: false,
    };
    await store.claim(startJob(record, context(2)), lock);
    await deleted(runningKey(HOME));
    const Put = { TableName: options.tableName, Item: queueItem(record.job) };
    await options.client.send(new TransactWriteCommand({ TransactItems: [{ Put }] }));
    await store.dropPlaceInLine(HOME, id);
    expect(await store.look(HOME)).toEqual({});
  });

  it('stays when the job is there and waits', async () => {
    const { job } = await queued(1);
    await store.dropPlaceInLine(HOME, job.id);
    expect(await store.look(HOME)).toEqual({ next: job.id });
  });
});

describe('the job of an idempotency key that was not found', () => {
  it('is gone when it is not there', async () => {
    await queued(2);
    await expect(store.requireGone(jobId(uuid(1)))).resolves.toBeUndefined();
  });

  it('is gone when its time is over, deleted or not', async () => {
    const { job } = await queued(1);
    now = at(31 * DAY);
    await expect(store.requireGone(job.id)).resolves.toBeUndefined();
  });

  it('is for a later call when it is there', async () => {
    const { job } = await queued(1);
    await expect(store.requireGone(job.id)).rejects.toThrow(StoreUnavailableError);
  });
});

describe('the list that a job works on', () => {
  const suggestionIds = [suggestionId(transactionId('t'), 1)];
  const withList = async (n: number) => {
    const change = newJob(n);
    await store.create({ change, input: { suggestionIds } });
    return change.record.job.id;
  };

  it('is gone when it is not there', async () => {
    const id = await withList(1);
    await deleted(inputKey(id));
    expect(await store.input(id)).toBeUndefined();
  });

  it('is gone when its time is over, deleted or not', async () => {
    const id = await withList(1);
    now = at(31 * DAY);
    expect(await store.input(id)).toBeUndefined();
  });

  it('is for a later call when it is there, although the read did not find it', async () => {
    const id = await withList(1);
    // Over for the read, and not for the check.
    const times = [at(31 * DAY), at(0)];
    const reader = new JobStore({ ...options, now: () => times.shift() ?? at(0) });
    await expect(reader.input(id)).rejects.toThrow(StoreUnavailableError);
    expect(await reader.input(id)).toEqual({ suggestionIds });
  });
});

describe('a job that repeats another one', () => {
  const repeated = async (n: number, of: JobRecord, before?: typeof RERUN) =>
    (await store.repeat({ change: newJob(n) }, { of: of.job, before })).kind;

  it('takes the place of one that is gone, and of no other', async () => {
    const record = await queued(1);
    await repeated(5, record);
    await deleted(jobKey(RERUN));
    expect(await repeated(6, record, jobId(uuid(9)))).toBe('overtaken');
    expect(await repeated(6, record, RERUN)).toBe('created');
    expect(await store.rerun(record.job.id)).toBe(jobId(uuid(6)));
  });

  it('does not take the place of one that is there', async () => {
    const record = await queued(1);
    await repeated(5, record);
    expect(await repeated(6, record, RERUN)).toBe('overtaken');
    expect(await store.rerun(record.job.id)).toBe(RERUN);
  });

  it('takes the place of one whose time is over, where that of the record of it is not', async () => {
    const record = await queued(1);
    await repeated(5, record);
    // Its time was told anew when it was written once more, after the retention had been shortened.
    store = kept(7);
    const rerun = await store.get(RERUN);
    if (rerun === undefined) throw new Error('The job is gone');
    const lock = { budgetId: HOME, jobId: RERUN, executionId: executionId('execution') };
    await deleted(runningKey(HOME));
    await store.claim(startJob(rerun, context(6)), {
      ...lock,
      workerId: null,
      workerUntil: null,
      sending: false,
    });
    now = at(8 * DAY);
    expect(await repeated(9, record, RERUN)).toBe('created');
  });
});

describe('a scheduled job that follows one that was not found', () => {
  const last = jobId(uuid(1));
  let schedules: ScheduleStore;
  const request = (key: string) => ({ key, bodyHash: '', seconds: 16 * DAY });

  async function follows(): Promise<string> {
    const change = newJob(2, true);
    const creation = { change, request: request('second'), last, gone: last };
    return (await schedules.create(creation)).kind;
  }

  beforeEach(async () => {
    schedules = new ScheduleStore({ ...options, now: () => now, retentionDays: 30 });
    await schedules.create({ change: newJob(1, true), request: request('first'), last: undefined });
  });

  it('is written when that one is gone', async () => {
    await deleted(jobKey(last));
    expect(await follows()).toBe('written');
  });

  it('is written when the time of that one is over, deleted or not', async () => {
    now = at(31 * DAY);
    expect(await follows()).toBe('written');
  });

  it('is not written when that one is there', async () => {
    expect(await follows()).toBe('overtaken');
  });
});
