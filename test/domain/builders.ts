import {
  type BudgetId,
  budgetId,
  eventId,
  executionId,
  jobId,
  stepId,
  type Timestamp,
  timestamp,
  workerId,
} from '../../functions/domain/ids.ts';
import type { JobRecord, Work } from '../../functions/domain/job.ts';
import type { JobChange, TransitionContext } from '../../functions/domain/job-change.ts';
import type { Fence } from '../../functions/domain/running.ts';
import type { Snapshot } from '../../functions/domain/snapshot.ts';
import { createJob, type Outcome } from '../../functions/domain/transitions.ts';

/** A UUID whose last digits are `n`: readable in a failing test. */
export function uuid(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export const JOB = jobId(uuid(1));
export const BUDGET = budgetId(uuid(2));
/** What a worker of that job writes under. */
export const FENCE: Fence = {
  budgetId: BUDGET,
  jobId: JOB,
  executionId: executionId('execution'),
  workerId: workerId('worker'),
};

/** The time `seconds` after the tests' noon. */
export function at(seconds: number): Timestamp {
  return timestamp(new Date(Date.UTC(2026, 0, 1, 12, 0, 0) + seconds * 1000).toISOString());
}

let made = 100;

export function context(seconds: number): TransitionContext {
  return { now: at(seconds), newEventId: () => eventId(uuid(made++)) };
}

export function created(work: Work, seconds = 0): JobChange {
  return createJob(
    { id: JOB, budgetId: BUDGET, work, trigger: 'api', newStepId: () => stepId(uuid(made++)) },
    context(seconds),
  );
}

export function newRecord(work: Work = { type: 'sync_and_suggest' }): JobRecord {
  return created(work).record;
}

/** A job's end after a worker that is over. */
export function over<End extends Outcome>(outcome: End) {
  return { outcome, worker: 'over' } as const;
}

/** What the bucket has of a budget, with a transaction or two. */
export function snapshotOf(budget: BudgetId, transactions = 1): Snapshot {
  return {
    id: 'snapshot',
    budgetId: budget,
    takenAt: at(0),
    archiveKey: 'archive',
    extractKey: 'extract',
    cloudFileId: 'file',
    counts: { accounts: 1, transactions },
  };
}
