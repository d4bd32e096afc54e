import { JobNotRunningError } from '../domain/failures.ts';
import type { BudgetId, EventId, ExecutionId, JobId, Timestamp, WorkerId } from '../domain/ids.ts';
import type { JobCounts, JobRecord, JobStep, StepType } from '../domain/job.ts';
import type { Fence } from '../domain/running.ts';
import {
  completeStep,
  type JobChange,
  reportResult,
  type StepResult,
  startStep,
} from '../domain/transitions.ts';

/** What a state of the workflow asks of a step's function. */
export interface StepRequest {
  readonly jobId: JobId;
  readonly budgetId: BudgetId;
  readonly executionId: ExecutionId;
  /** The job's step that the state runs; absent in the types that have none. */
  readonly step?: StepType;
}

/** What the work of a step is given: its job as it stands, and the fence to show with each write. */
export interface StepContext {
  readonly record: JobRecord;
  readonly fence: Fence;
  readonly now: () => Timestamp;
}

/** The work itself. Throws FailureError with a known failure, or JobNotRunningError when a write was refused. */
export type StepWork = (context: StepContext) => Promise<StepResult>;

/** The writes of a step, each refused ('conflict') when the job is no longer this worker's. */
export interface FencedJobs {
  get(jobId: JobId): Promise<JobRecord | undefined>;
  beginStep(change: JobChange | null, fence: Fence): Promise<'written' | 'conflict'>;
  writeStep(change: JobChange, fence: Fence): Promise<'written' | 'conflict'>;
}

export interface StepPorts {
  readonly jobs: FencedJobs;
  readonly now: () => Timestamp;
  readonly newEventId: () => EventId;
}

/**
 * Runs one step as `workerId`: writes itself in as worker, does the work, writes the result. A step that a worker
 * before this one left running is taken over; one that has succeeded is not done again.
 *
 * @returns the job's counts so far, which the execution shows as the state's output.
 * @throws JobNotRunningError when the job is not running as this execution; nothing was changed then.
 * @throws FailureError with what went wrong in the work.
 */
export async function runStep(
  ports: StepPorts,
  request: StepRequest,
  workerId: WorkerId,
  work: StepWork,
): Promise<JobCounts> {
  const { jobs, now, newEventId } = ports;
  const fence: Fence = {
    budgetId: request.budgetId,
    jobId: request.jobId,
    executionId: request.executionId,
    workerId,
  };
  const found = await requireRunning(jobs, request);
  const step = stepOf(found, request.step);
  if (step?.status === 'succeeded') return found.job.metadata.counts ?? {};

  const started =
    step?.status === 'queued' ? startStep(found, step.position, { now: now(), newEventId }) : null;
  requireWritten(await jobs.beginStep(started, fence));
  const begun = started?.record ?? found;

  const result = await work({ record: begun, fence, now });

  const context = { now: now(), newEventId };
  const done =
    step === undefined
      ? reportResult(begun, result, context)
      : completeStep(begun, step.position, result, context);
  requireWritten(await jobs.writeStep(done, fence));
  return done.record.job.metadata.counts ?? {};
}

async function requireRunning(jobs: FencedJobs, request: StepRequest): Promise<JobRecord> {
  const found = await jobs.get(request.jobId);
  if (found?.job.status !== 'running' || found.job.budgetId !== request.budgetId) {
    throw new JobNotRunningError();
  }
  return found;
}

/** The job's step of this type; undefined for a job that has no steps. */
function stepOf(record: JobRecord, stepType: StepType | undefined): JobStep | undefined {
  return record.steps.find((step) => step.stepType === stepType);
}

function requireWritten(written: 'written' | 'conflict'): void {
  if (written === 'conflict') throw new JobNotRunningError();
}
