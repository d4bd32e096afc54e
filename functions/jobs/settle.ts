import { type Failure, failure, isFailureCode, unknownFailure } from '../domain/failures.ts';
import type { EventId, JobId, StepId, Timestamp } from '../domain/ids.ts';
import type { Job, JobRecord } from '../domain/job.ts';
import { isTerminal } from '../domain/status.ts';
import { createJob, endJob, type JobChange, type Outcome } from '../domain/transitions.ts';
import { workAfter } from '../domain/work.ts';

export interface SettledJobs {
  get(jobId: JobId): Promise<JobRecord | undefined>;
  /** The job ends, and the job that is to come after it is put in line: both or neither. */
  settle(change: JobChange, next?: JobChange): Promise<'written' | 'conflict'>;
}

export interface SettlePorts {
  readonly jobs: SettledJobs;
  readonly now: () => Timestamp;
  readonly newJobId: () => JobId;
  readonly newStepId: () => StepId;
  readonly newEventId: () => EventId;
}

/** How often a settle that lost a race reads again and decides again before it leaves the job to the next one. */
const ATTEMPTS = 5;

/** A settle that lost every race; the caller tries again later (state machine, event retries, sweep). */
export class SettleConflictError extends Error {
  override readonly name = 'SettleConflict';

  constructor() {
    super(
      'The job changed again and again while it was being settled. It is tried again by itself.',
    );
  }
}

/**
 * Ends a running job and lets the next one of its budget start. Settling may come from the workflow, from the
 * execution's status event and from the sweep, in any order and any number of times: a job that has ended
 * already is left as it is.
 *
 * @returns the job as it now stands; undefined when there is none (expired, or never written).
 */
export async function settle(
  ports: SettlePorts,
  jobId: JobId,
  outcome: Outcome,
): Promise<Job | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await ports.jobs.get(jobId);
    // A job that was never claimed is in line still: whatever ended, it was not this job's execution.
    if (found === undefined || found.job.status === 'queued' || isTerminal(found.job.status)) {
      return found?.job;
    }
    const context = { now: ports.now(), newEventId: ports.newEventId };
    const change = endJob(found, possible(found, outcome), context);
    const { job } = change.record;
    if ((await ports.jobs.settle(change, jobAfter(ports, job))) === 'written') return job;
  }
  throw new SettleConflictError();
}

/** The job that comes after one that succeeded, as its child. Written with its end, so there is never a second one. */
function jobAfter(ports: SettlePorts, job: Job): JobChange | undefined {
  const work = job.status === 'succeeded' ? workAfter(job) : undefined;
  if (work === undefined) return undefined;
  const { trigger, requestedBy } = job.metadata;
  return createJob(
    {
      id: ports.newJobId(),
      budgetId: job.budgetId,
      work,
      trigger,
      ...(requestedBy === undefined ? {} : { requestedBy }),
      parentJobId: job.id,
      newStepId: ports.newStepId,
    },
    { now: ports.now(), newEventId: ports.newEventId },
  );
}

/** An execution that went through without its steps having done so is a failure, whatever it says. */
function possible(found: JobRecord, outcome: Outcome): Outcome {
  const unfinished = found.steps.some((step) => step.status !== 'succeeded');
  return outcome.status === 'succeeded' && unfinished
    ? { status: 'failed', failure: unknownFailure(found.job.id) }
    : outcome;
}

/** What the state machine hands on of an error it caught: its name, and Lambda's account of it as JSON text. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

/** Errors that Step Functions and Lambda name themselves, as known failures. */
const SERVICE_ERRORS: ReadonlyMap<string, 'TIMED_OUT' | 'WORKER_DIED'> = new Map([
  ['States.Timeout', 'TIMED_OUT'],
  ['States.HeartbeatTimeout', 'TIMED_OUT'],
  ['Sandbox.Timedout', 'TIMED_OUT'],
  ['Runtime.ExitError', 'WORKER_DIED'],
  ['Runtime.OutOfMemory', 'WORKER_DIED'],
  ['Lambda.Unknown', 'WORKER_DIED'],
]);

/**
 * A caught error as a known failure. What the step said is taken when it is the known sentence, with or without
 * a detail; anything else is `UNKNOWN` with `lookup`, an id under which the logs tell more.
 */
export function failureOf(caught: CaughtError, lookup: string): Failure {
  const known = SERVICE_ERRORS.get(caught.Error);
  if (known !== undefined) return failure(known);
  if (!isFailureCode(caught.Error)) {
    return unknownFailure(lookup);
  }
  const plain = failure(caught.Error);
  const said = messageIn(caught.Cause);
  return said?.startsWith(plain.reason) ? { ...plain, reason: said } : plain;
}

function messageIn(cause: string): string | undefined {
  try {
    const account: unknown = JSON.parse(cause);
    if (typeof account !== 'object' || account === null || !('errorMessage' in account)) return;
    return typeof account.errorMessage === 'string' ? account.errorMessage : undefined;
  } catch {
    return undefined;
  }
}
