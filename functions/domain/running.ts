import type { BudgetId, ExecutionId, JobId, Timestamp, WorkerId } from './ids.ts';
import { millisecondsAfter } from './ids.ts';

/** The lock of a budget: which job runs on it, as which execution, and who works on it now. */
export interface RunningJob {
  readonly budgetId: BudgetId;
  readonly jobId: JobId;
  readonly executionId: ExecutionId;
  /** The invocation that wrote itself in last; null until the first step begins. */
  readonly workerId: WorkerId | null;
  /** When that invocation is surely over; null until the first step begins, or where nobody wrote it down. */
  readonly workerUntil: Timestamp | null;
  /** True once changes are being sent to the budget's server, for as long as the job holds the lock. */
  readonly sending: boolean;
}

/** What a worker shows with each write: the write is refused unless the lock still says the same. */
export interface Fence {
  readonly budgetId: BudgetId;
  readonly jobId: JobId;
  readonly executionId: ExecutionId;
  readonly workerId: WorkerId;
}

/** An invocation of a step's function. */
export interface Worker {
  readonly id: WorkerId;
  /** When it is cut off, by the clock of the service that does so. */
  readonly deadline: Timestamp;
}

/**
 * What is known of a job's workers when the job ends: stopping an execution stops none of them, and a fault on the way
 * to one says nothing about it.
 */
export type WorkerEnd = 'over' | 'may_be_alive';

/** How far the clocks of two functions may be apart. */
const CLOCKS_APART_MS = 60_000;

/** When a worker is over by any clock. */
export function surelyOver({ deadline }: Worker): Timestamp {
  return millisecondsAfter(deadline, CLOCKS_APART_MS);
}

/** Whether a worker may be changing the budget still, whatever became of its job: until then nobody else may. */
export function mayStillSend(
  { sending, workerUntil }: Pick<RunningJob, 'sending' | 'workerUntil'>,
  now: Timestamp,
): boolean {
  return sending && workerUntil !== null && workerUntil > now;
}
