import type { BudgetId, EventId, ExecutionId, JobId, Timestamp } from '../domain/ids.ts';
import type { JobCounts, JobRecord, JobStep, StepType } from '../domain/job.ts';
import type { JobChange } from '../domain/job-change.ts';
import { type Fence, surelyOver, type Worker } from '../domain/running.ts';
import { JobChangingError, JobNotRunningError } from '../domain/step-refusals.ts';
import {
  completeStep,
  reportResult,
  type StepResult,
  startStep,
  takeOver,
} from '../domain/transitions.ts';

/** What a state of the workflow asks of a step's function. */
export interface StepRequest {
  readonly jobId: JobId;
  readonly budgetId: BudgetId;
  readonly executionId: ExecutionId;
  /** How often somebody redrove the execution. */
  readonly redriveCount: number;
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
  /** 'changed' when the job is not as it was read. @param workerUntil when the worker is surely over. */
  beginStep(
    change: JobChange,
    fence: Fence,
    workerUntil: Timestamp,
  ): Promise<'written' | 'conflict' | 'changed'>;
  writeStep(change: JobChange, fence: Fence): Promise<'written' | 'conflict'>;
}

export interface StepPorts {
  readonly jobs: FencedJobs;
  readonly now: () => Timestamp;
  readonly newEventId: () => EventId;
}

/** How often a step whose job changed while it began reads again and decides again. */
const ATTEMPTS = 3;

/**
 * Runs one step as `worker`: writes itself in as worker, does the work, writes the result. A step that a worker
 * before this one left running is taken over; one that has succeeded is not done again.
 *
 * @returns the job's counts so far, which the execution shows as the state's output.
 * @throws JobNotRunningError when the job is not running as this execution, or the execution was redriven; nothing was
 * changed then.
 * @throws JobChangingError when the job was being written as the step was to begin; nothing was changed then either.
 * @throws FailureError with what went wrong in the work.
 */
export async function runStep(
  ports: StepPorts,
  request: StepRequest,
  worker: Worker,
  work: StepWork,
): Promise<JobCounts> {
  const { jobs, now, newEventId } = ports;
  const { jobId, budgetId, executionId } = request;
  const fence: Fence = { budgetId, jobId, executionId, workerId: worker.id };
  const begun = await begin(ports, request, fence, worker);
  const step = stepOf(begun, request.step);
  if (step?.status === 'succeeded') return begun.job.metadata.counts ?? {};

  const result = await work({ record: begun, fence, now });

  const context = { now: now(), newEventId };
  const done =
    step === undefined
      ? reportResult(begun, result, context)
      : completeStep(begun, step.position, result, context);
  if ((await jobs.writeStep(done, fence)) === 'conflict') throw new JobNotRunningError();
  return done.record.job.metadata.counts ?? {};
}

/** Writes the worker in. @returns the job as it then is; its step has succeeded where there is nothing left to do. */
async function begin(
  { jobs, now, newEventId }: StepPorts,
  request: StepRequest,
  fence: Fence,
  worker: Worker,
): Promise<JobRecord> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await requireRunning(jobs, request);
    const step = stepOf(found, request.step);
    if (step?.status === 'succeeded') return found;
    const context = { now: now(), newEventId };
    const change =
      step?.status === 'queued' ? startStep(found, step.position, context) : takeOver(found);
    const begun = await jobs.beginStep(change, fence, surelyOver(worker));
    if (begun === 'written') return change.record;
    if (begun === 'conflict') throw new JobNotRunningError();
  }
  throw new JobChangingError();
}

async function requireRunning(jobs: FencedJobs, request: StepRequest): Promise<JobRecord> {
  if (request.redriveCount > 0) throw new JobNotRunningError();
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
