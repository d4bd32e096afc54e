import { type Failure, failure, isFailureCode, unknownFailure } from '../domain/failures.ts';
import type { EventId, JobId, StepId, Timestamp } from '../domain/ids.ts';
import type { Job, JobRecord } from '../domain/job.ts';
import type { JobChange } from '../domain/job-change.ts';
import { fieldOf, jsonOf } from '../domain/json.ts';
import type { WorkerEnd } from '../domain/running.ts';
import { isTerminal } from '../domain/status.ts';
import { createJob, endJob, type Outcome } from '../domain/transitions.ts';
import { workAfter } from '../domain/work.ts';

export interface SettledJobs {
  get(jobId: JobId): Promise<JobRecord | undefined>;
  /**
   * The job ends, and the job that is to come after it is put in line: both or neither. Its budget's lock goes too,
   * unless a worker may be changing the budget still: that lock stays for a look to release.
   */
  settle(change: JobChange, worker: WorkerEnd, next?: JobChange): Promise<'written' | 'conflict'>;
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
class SettleConflictError extends Error {
  override readonly name = 'SettleConflict';

  constructor() {
    super(
      'The job changed again and again while it was being settled. It is tried again by itself.',
    );
  }
}

/** How a job ends, and what is known of its workers then. */
export interface Ending {
  readonly outcome: Outcome;
  readonly worker: WorkerEnd;
}

/** What a settling came to. */
export interface Settled {
  /** The job as it now stands; undefined when there is none (expired, or never written). */
  readonly job: Job | undefined;
  /** Whether it was this that ended it: somebody else may have been first. */
  readonly hasEnded: boolean;
}

/**
 * Ends a running job and lets the next one of its budget start. Settling may come from the workflow, from the
 * execution's status event and from the sweep, in any order and any number of times: a job that has ended
 * already is left as it is.
 */
export async function settle(
  ports: SettlePorts,
  jobId: JobId,
  { outcome, worker }: Ending,
): Promise<Settled> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await ports.jobs.get(jobId);
    // A job that was never claimed is in line still: whatever ended, it was not this job's execution.
    if (found === undefined || found.job.status === 'queued' || isTerminal(found.job.status)) {
      return { job: found?.job, hasEnded: false };
    }
    const context = { now: ports.now(), newEventId: ports.newEventId };
    const change = endJob(found, possible(found, outcome), context);
    const { job } = change.record;
    const written = await ports.jobs.settle(change, worker, jobAfter(ports, job));
    if (written === 'written') return { job, hasEnded: true };
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

/** What Step Functions calls it that Lambda had no room for a worker: it did not begin. */
const THROTTLED = 'Lambda.TooManyRequestsException';

/** Names that Lambda's runtime has for the end of a worker that cannot speak for itself any more. */
const WORKER_ENDS: ReadonlyMap<string, 'TIMED_OUT' | 'WORKER_DIED'> = new Map([
  ['Sandbox.Timedout', 'TIMED_OUT'],
  ['Runtime.ExitError', 'WORKER_DIED'],
  ['Runtime.OutOfMemory', 'WORKER_DIED'],
  ['Lambda.Unknown', 'WORKER_DIED'],
]);

/** Step Functions waits no longer, whatever the worker does. */
const NO_LONGER_WAITED_FOR: ReadonlySet<string> = new Set([
  'States.Timeout',
  'States.HeartbeatTimeout',
]);

/** The name that a step's JobNotRunningError has outside. */
const NOT_RUNNING = 'JobNotRunning';

/**
 * What a caught error means for its job. An execution that is redriven had ended before its job had: nobody knows how far
 * it had come, so its steps refuse to go on, and the job that it left open is called off.
 *
 * @param redriveCount how often somebody redrove the execution.
 */
export function endingOf(caught: CaughtError, lookup: string, redriveCount: number): Ending {
  const outcome: Outcome =
    redriveCount > 0 && caught.Error === NOT_RUNNING
      ? { status: 'canceled', message: REDRIVEN }
      : { status: 'failed', failure: failureOf(caught, lookup) };
  return { outcome, worker: workerAfter(caught.Error) };
}

const REDRIVEN =
  'The execution had ended and was redriven, which does not run a job again. Use POST /jobs/{jobId}/retry.';

/** A worker is over when it said itself what went wrong, or Lambda saw it die. Any other error says nothing of it. */
function workerAfter(error: string): WorkerEnd {
  return isFailureCode(error) || WORKER_ENDS.has(error) ? 'over' : 'may_be_alive';
}

/**
 * A caught error as a known failure. What the step said is taken when it is the known sentence, with or without
 * a detail; anything else is `UNKNOWN` with `lookup`, an id under which the logs tell more.
 */
export function failureOf(caught: CaughtError, lookup: string): Failure {
  const end = WORKER_ENDS.get(caught.Error);
  if (end !== undefined) return failure(end);
  if (caught.Error === THROTTLED) return failure('NO_CAPACITY');
  if (NO_LONGER_WAITED_FOR.has(caught.Error)) return failure('TIMED_OUT');
  if (!isFailureCode(caught.Error)) return unknownFailure(lookup);
  const plain = failure(caught.Error);
  const said = messageIn(caught.Cause);
  return said?.startsWith(plain.reason) ? { ...plain, reason: said } : plain;
}

function messageIn(cause: string): string | undefined {
  const said = fieldOf(jsonOf(cause), 'errorMessage');
  return typeof said === 'string' ? said : undefined;
}
