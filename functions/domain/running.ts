import type { BudgetId, ExecutionId, JobId, WorkerId } from './ids.ts';

/** The lock of a budget: which job runs on it, as which execution, and who works on it now. */
export interface RunningJob {
  readonly budgetId: BudgetId;
  readonly jobId: JobId;
  readonly executionId: ExecutionId;
  /** The invocation that wrote itself in last; null until the first step begins. */
  readonly workerId: WorkerId | null;
  /** True once changes are being sent to the budget's server: too late to cancel. */
  readonly sending: boolean;
}

/** What a worker shows with each write: the write is refused unless the lock still says the same. */
export interface Fence {
  readonly budgetId: BudgetId;
  readonly jobId: JobId;
  readonly executionId: ExecutionId;
  readonly workerId: WorkerId;
}
