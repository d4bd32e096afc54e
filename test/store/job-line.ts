import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import {
  type BudgetId,
  budgetId,
  executionId,
  type JobId,
  jobId,
  stepId,
  type Timestamp,
  workerId,
} from '../../functions/domain/ids.ts';
import type { JobEvent, JobRecord, Work } from '../../functions/domain/job.ts';
import type { JobChange } from '../../functions/domain/job-change.ts';
import type { Fence, RunningJob } from '../../functions/domain/running.ts';
import { createJob, endJob, startJob, startStep } from '../../functions/domain/transitions.ts';
import { HistoryStore } from '../../functions/store/history-store.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { OpenWorkStore } from '../../functions/store/open-work-store.ts';
import type { TableOptions } from '../../functions/store/table.ts';
import { at, context, uuid } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';

/** Jobs in a table that each test has to itself, taken as far as it needs them. */

export const HOME: BudgetId = budgetId(uuid(0xb1));
export const SHOP: BudgetId = budgetId(uuid(0xb2));
/** In seconds. */
export const DAY = 86_400;
/** When the worker of a step is surely over. */
export const UNTIL: Timestamp = at(1_000);

export interface JobLine {
  readonly store: JobStore;
  readonly openWork: OpenWorkStore;
  readonly histories: HistoryStore;
  /** What stores of the table are made with. */
  readonly options: TableOptions;
  /** The time as the store sees it; that of the start unless it is set. */
  now: Timestamp;
  queued(n: number, work?: Work, budget?: BudgetId): Promise<JobRecord>;
  claimed(n: number, work?: Work, budget?: BudgetId): Promise<JobRecord>;
  /** With its first step begun. */
  begun(n: number, budget?: BudgetId): Promise<JobRecord>;
  eventsOf(id: JobId): Promise<readonly JobEvent[]>;
  /** Stores of one more empty table, by the days that they keep jobs for. */
  storesByRetention(): Promise<(retentionDays: number) => JobStore>;
}

export function jobLine(): JobLine {
  let tables: Tables;
  let options: TableOptions;
  let store: JobStore;
  let openWork: OpenWorkStore;
  let histories: HistoryStore;
  const line: JobLine = {
    now: at(0),
    get options() {
      return options;
    },
    get store() {
      return store;
    },
    get openWork() {
      return openWork;
    },
    get histories() {
      return histories;
    },
    async queued(n, work, budget) {
      const change = newJob(n, work, budget);
      expect(await store.create({ change })).toEqual({ kind: 'created' });
      return change.record;
    },
    async claimed(n, work, budget) {
      const record = await line.queued(n, work, budget);
      const change = startJob(record, context(n + 1));
      expect(await store.claim(change, lockFor(record))).toBe('written');
      return change.record;
    },
    async begun(n, budget) {
      const record = await line.claimed(n, undefined, budget);
      const change = startStep(record, 1, context(n + 2));
      expect(await store.beginStep(change, fenceOf(record), UNTIL)).toBe('written');
      return change.record;
    },
    async eventsOf(id) {
      return (await histories.history(id))?.events ?? [];
    },
    async storesByRetention() {
      const another = await tables.empty();
      return (retentionDays) => new JobStore({ ...another, now: () => line.now, retentionDays });
    },
  };
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());
  beforeEach(async () => {
    line.now = at(0);
    options = await tables.empty();
    store = new JobStore({ ...options, now: () => line.now });
    openWork = new OpenWorkStore(options);
    histories = new HistoryStore({ ...options, now: () => line.now });
  });
  return line;
}

let steps = 0xc000;
export function newJob(
  n: number,
  work: Work = { type: 'sync_and_suggest' },
  budget: BudgetId = HOME,
): JobChange {
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

export function lockFor({ job }: JobRecord): RunningJob {
  return {
    budgetId: job.budgetId,
    jobId: job.id,
    executionId: executionId(`execution:${job.id}`),
    workerId: null,
    workerUntil: null,
    sending: false,
  };
}

export function fenceOf(record: JobRecord, worker = 'worker-1'): Fence {
  const { budgetId: budget, jobId: id, executionId: execution } = lockFor(record);
  return { budgetId: budget, jobId: id, executionId: execution, workerId: workerId(worker) };
}

export function canceled(record: JobRecord): JobChange {
  return endJob(record, { status: 'canceled' }, context(50));
}
