import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { budgetId, executionId, type JobId, type Timestamp } from '../../functions/domain/ids.ts';
import { createJob, endJob, type JobChange, startJob } from '../../functions/domain/transitions.ts';
import { runSchedule } from '../../functions/jobs/schedule.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { ScheduleStore } from '../../functions/store/schedule-store.ts';
import { at, context, uuid } from '../domain/builders.ts';
import { countingIds } from '../jobs/ids.ts';
import { createTable, type Engine, startEngine } from './engine.ts';

/** The scheduled jobs of a budget on a real engine. */

const HOME = budgetId(uuid(0xb1));
const DAY = 86_400;

let engine: Engine;
let jobs: JobStore;
let schedules: ScheduleStore;
let now: Timestamp;
let ids: ReturnType<typeof countingIds>;
let tables = 0;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

beforeEach(async () => {
  const tableName = `schedule-store-${process.pid}-${++tables}`;
  await createTable(engine, tableName);
  now = at(0);
  ids = countingIds(0x500);
  const options = { client: engine.documents, tableName, now: () => now, retentionDays: 30 };
  jobs = new JobStore(options);
  schedules = new ScheduleStore(options);
});

const request = (key: string) => ({ key, bodyHash: '', seconds: 16 * DAY });

function newJob(): JobChange {
  return createJob(
    {
      id: ids.newJobId(),
      budgetId: HOME,
      work: { type: 'scheduled_sync_and_suggest', applyAtConfidence: 0.9 },
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

async function start(change: JobChange): Promise<JobChange> {
  const running = startJob(change.record, context(1));
  const lock = {
    budgetId: HOME,
    jobId: idOf(change),
    executionId: executionId('execution'),
    workerId: null,
    sending: false,
  };
  expect(await jobs.claim(running, lock)).toBe('written');
  return running;
}

describe('a scheduled job', () => {
  it('is written with its steps and its place in line, and is the last one of its budget', async () => {
    expect(await schedules.last(HOME)).toBeUndefined();
    const change = await created('t1');
    expect(await jobs.get(idOf(change))).toEqual(change.record);
    expect(await jobs.look(HOME)).toEqual({ next: idOf(change) });
    expect(await schedules.last(HOME)).toBe(idOf(change));
  });

  it('is not written a second time for the same scheduled time, even weeks later', async () => {
    const first = await created('t1');
    now = at(15 * DAY);
    const again = newJob();
    expect(
      await schedules.create({ change: again, request: request('t1'), last: idOf(first) }),
    ).toEqual({ kind: 'repeated', jobId: idOf(first) });
    expect(await jobs.get(idOf(again))).toBeUndefined();
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
    expect(await schedules.last(HOME)).toBe(idOf(second));
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
  it('make one job that all of them name', async () => {
    const ports = { schedules, jobs, now: () => now, ...ids };
    const keys = ['nightly', 'weekly', 'nightly', 'weekly', 'nightly'];
    const all = await Promise.all(
      keys.map((key) =>
        runSchedule(ports, {
          key,
          budgetId: HOME,
          work: { type: 'scheduled_sync_and_suggest' },
          requestedBy: `schedule/${key}`,
        }),
      ),
    );
    expect(new Set(all.map(({ jobId }) => jobId)).size).toBe(1);
    const { jobs: listed } = await jobs.list({ budgetId: HOME }, { limit: 10 });
    expect(listed).toHaveLength(1);
  });
});

describe('a job that comes after another', () => {
  it('is put in line by the very write that ends it, or not at all', async () => {
    const first = await start(await created('t1'));
    const next = newJob();
    const ended = endJob(first.record, { status: 'canceled' }, context(2));
    expect(await jobs.settle(ended, next)).toBe('written');
    expect(await jobs.look(HOME)).toEqual({ next: idOf(next) });
    const another = newJob();
    expect(await jobs.settle(ended, another)).toBe('conflict');
    expect(await jobs.get(idOf(another))).toBeUndefined();
  });
});
