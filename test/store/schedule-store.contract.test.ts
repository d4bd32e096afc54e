import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  budgetId,
  executionId,
  type JobId,
  type Timestamp,
  workerId,
} from '../../functions/domain/ids.ts';
import type { JobRecord, ScheduledOptions } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import {
  completeStep,
  createJob,
  endJob,
  startJob,
  startStep,
} from '../../functions/domain/transitions.ts';
import { runSchedule, type Scheduled } from '../../functions/jobs/schedule.ts';
import { settle } from '../../functions/jobs/settle.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { lastScheduledKey } from '../../functions/store/keys.ts';
import { ScheduleStore, type ScheduleStoreOptions } from '../../functions/store/schedule-store.ts';
import { at, context, over, uuid } from '../domain/builders.ts';
import { countingIds } from '../jobs/ids.ts';
import { startTables, type Tables } from './engines.ts';

/** The scheduled jobs of a budget on a real engine. */

const HOME = budgetId(uuid(0xb1));
const DAY = 86_400;
const EXECUTION = executionId('execution');
const WORKER = workerId('worker');

let tables: Tables;
let jobs: JobStore;
let schedules: ScheduleStore;
let options: ScheduleStoreOptions;
let now: Timestamp;
let ids: ReturnType<typeof countingIds>;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

beforeEach(async () => {
  now = at(0);
  ids = countingIds(0x500);
  options = { ...(await tables.empty()), now: () => now, retentionDays: 30 };
  jobs = new JobStore(options);
  schedules = new ScheduleStore(options);
});

/** What the jobs of these tests ask for. */
const ASKED = { applyAtConfidence: 0.9 };

const request = (key: string) => ({ key, bodyHash: '', seconds: 16 * DAY });

function newJob(): JobChange {
  return createJob(
    {
      id: ids.newJobId(),
      budgetId: HOME,
      work: { type: 'scheduled_sync_and_suggest', ...ASKED },
      trigger: 'schedule',
      newStepId: ids.newStepId,
    },
    context(0),
  );
}

async function created(key: string, last?: JobId): Promise<JobChange> {
  const change = newJob();
  expect(await schedules.create({ change, request: request(key), last })).toEqual({
    kind: 'written',
  });
  return change;
}

const idOf = ({ record }: JobChange) => record.job.id;

function delivered(key: string, asked: ScheduledOptions = {}): Promise<Scheduled> {
  return runSchedule(
    { schedules, jobs, now: () => now, ...ids },
    {
      key,
      budgetId: HOME,
      work: { type: 'scheduled_sync_and_suggest', ...asked },
      requestedBy: `schedule/${key}`,
    },
  );
}

async function recordOf(id: JobId): Promise<JobRecord> {
  const record = await jobs.get(id);
  if (record === undefined) throw new Error('The job is gone');
  return record;
}

async function start(change: JobChange): Promise<JobChange> {
  const running = startJob(change.record, context(1));
  const lock = {
    budgetId: HOME,
    jobId: idOf(change),
    executionId: EXECUTION,
    workerId: null,
    workerUntil: null,
    sending: false,
  };
  expect(await jobs.claim(running, lock)).toBe('written');
  return running;
}

describe('a scheduled job', () => {
  it('is written with its steps and its place in line, and is the last one of its budget', async () => {
    expect(await schedules.last(HOME, ASKED)).toBeUndefined();
    const change = await created('t1');
    expect(await jobs.get(idOf(change))).toEqual(change.record);
    expect(await jobs.look(HOME)).toEqual({ next: idOf(change) });
    expect(await schedules.last(HOME, ASKED)).toBe(idOf(change));
  });

  it('is known as the last one for as long as it is kept itself', async () => {
    await created('t1');
    const { PK, SK } = lastScheduledKey(HOME, ASKED);
    const { Items = [] } = await options.client.send(
      new QueryCommand({
        TableName: options.tableName,
        KeyConditionExpression: 'PK = :pk AND SK = :sk',
        ExpressionAttributeValues: { ':pk': PK, ':sk': SK },
      }),
    );
    expect(Items).toMatchObject([{ schema: 1, expiresAt: Date.parse(at(30 * DAY)) / 1000 }]);
  });

  it('is not written a second time for the same scheduled time, even by hand two weeks later', async () => {
    const first = await delivered('nightly');
    await start({ ...newJob(), record: await recordOf(first.jobId) });
    now = at(15 * DAY);
    expect(await delivered('nightly')).toEqual({ kind: 'repeated', jobId: first.jobId });
  });

  it('is not written when another one came in between', async () => {
    const first = await created('t1');
    const late = newJob();
    const second = await created('t2', idOf(first));
    for (const last of [undefined, idOf(first)]) {
      expect(await schedules.create({ change: late, request: request('t3'), last })).toEqual({
        kind: 'overtaken',
      });
    }
    expect(await schedules.last(HOME, ASKED)).toBe(idOf(second));
    expect(await jobs.get(idOf(late))).toBeUndefined();
  });

  it('answers the next time as long as it waits', async () => {
    const first = await created('t1');
    expect(await schedules.answerWith(idOf(first), request('t2'))).toEqual({ kind: 'written' });
    await start(first);
    expect(await schedules.answerWith(idOf(first), request('t3'))).toEqual({ kind: 'overtaken' });
    expect(await schedules.answerWith(idOf(first), request('t2'))).toEqual({
      kind: 'repeated',
      jobId: idOf(first),
    });
  });
});

describe('deliveries of two schedules for one budget at the same moment', () => {
  it('make a job for each thing that is asked for, so that none is left out', async () => {
    const asked = [
      {},
      { bankSync: true },
      { fullResync: true },
      { applyAtConfidence: 0.9 },
      { applyAtConfidence: 0.95 },
      { fullResync: true, bankSync: true, applyAtConfidence: 0.9 },
    ];
    const all = await Promise.all(asked.map((one, index) => delivered(`${index}`, one)));
    expect(all.map(({ kind }) => kind)).toEqual(Array(asked.length).fill('created'));
    const again = await Promise.all(asked.map((one, index) => delivered(`next ${index}`, one)));
    expect(again).toEqual(all.map(({ jobId }) => ({ kind: 'skipped', jobId })));
  });

  it('that ask for the same make one job that all of them name', async () => {
    const keys = ['nightly', 'weekly', 'nightly', 'weekly', 'nightly'];
    const all = await Promise.all(keys.map((key) => delivered(key)));
    expect(new Set(all.map(({ jobId }) => jobId)).size).toBe(1);
    const { jobs: listed } = await jobs.list({ budgetId: HOME }, { limit: 10 });
    expect(listed).toHaveLength(1);
  });
});

describe('the job that applies what a scheduled job proposed', () => {
  const listed = async () => (await jobs.list({ budgetId: HOME }, { limit: 10 })).jobs;

  /** A scheduled job that runs and has done all of its work. */
  async function worked(): Promise<JobRecord> {
    let change = await start(await created('t1'));
    const fence = { budgetId: HOME, jobId: idOf(change), executionId: EXECUTION, workerId: WORKER };
    for (const { position } of change.record.steps) {
      const begun = startStep(change.record, position, context(2));
      expect(await jobs.beginStep(begun, fence, at(1_000))).toBe('written');
      change = completeStep(begun.record, position, {}, context(3));
      expect(await jobs.writeStep(change, fence)).toBe('written');
    }
    return change.record;
  }

  it('is put in line with its end, once, however many settle it at the same time', async () => {
    const { job } = await worked();
    const ports = { jobs, now: () => now, ...ids };
    await Promise.all(
      Array.from({ length: 6 }, () => settle(ports, job.id, over({ status: 'succeeded' }))),
    );
    const [child, parent, ...others] = await listed();
    expect(parent).toMatchObject({ id: job.id, status: 'succeeded' });
    expect(child).toMatchObject({
      type: 'suggestions_apply',
      status: 'queued',
      parentJobId: job.id,
      metadata: { trigger: 'schedule', minConfidence: 0.9 },
    });
    expect(others).toEqual([]);
    expect(await jobs.look(HOME)).toEqual({ next: child?.id });
  });

  it('is not there when the one before it could not be ended', async () => {
    const record = await worked();
    const stale = endJob(record, { status: 'succeeded' }, context(4));
    await settle({ jobs, now: () => now, ...ids }, record.job.id, over({ status: 'canceled' }));
    expect(await jobs.settle(stale, 'over', newJob())).toBe('conflict');
    expect(await listed()).toHaveLength(1);
  });
});
