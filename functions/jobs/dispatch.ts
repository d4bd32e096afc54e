import { failure, unknownFailure } from '../domain/failures.ts';
import type { BudgetId, ExecutionId, JobId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { JobChange } from '../domain/job-change.ts';
import { mayStillSend, type RunningJob } from '../domain/running.ts';
import { isTerminal } from '../domain/status.ts';
import { startJob } from '../domain/transitions.ts';
import { type Ending, type SettledJobs, type SettlePorts, settle } from './settle.ts';

export interface DispatchedJobs extends SettledJobs {
  /** The budget's lock, or where there is none the job that is first in its line. */
  look(budgetId: BudgetId): Promise<{ readonly running?: RunningJob; readonly next?: JobId }>;
  claim(change: JobChange, running: RunningJob): Promise<'written' | 'conflict'>;
  /** Removes the place of a job that is gone or no longer queued. */
  dropPlaceInLine(budgetId: BudgetId, jobId: JobId): Promise<void>;
  /** Removes the lock of a job that is gone or has ended, unless a worker may be changing the budget still. */
  releaseLock(running: RunningJob): Promise<void>;
  /** The lock is for this execution of the same job from now on, unless a worker may be changing the budget still. */
  moveLock(running: RunningJob, executionId: ExecutionId): Promise<void>;
}

/** What an execution ended as. */
export type ExecutionEnd = 'succeeded' | 'failed' | 'timed_out' | 'aborted';

/** An execution as it stands. */
export interface ExecutionState {
  readonly status: 'running' | ExecutionEnd;
}

export interface Executions {
  /** The id that the job's execution has or will have. */
  idOf(jobId: JobId): ExecutionId;
  /**
   * Starts the job's execution, named by the job's id with an input that is always the same. Idempotent while it
   * runs; 'exists' when an execution of that name has ended.
   */
  start(job: Pick<Job, 'id' | 'budgetId' | 'type'>): Promise<'started' | 'exists'>;
  /** Undefined when the service does not know the execution. */
  describe(executionId: ExecutionId): Promise<ExecutionState | undefined>;
}

export interface DispatchPorts extends SettlePorts {
  readonly jobs: DispatchedJobs;
  readonly executions: Executions;
}

/** What a look did; for logs and metrics. */
export type Look = Found & {
  /** The job that it had to settle: its execution was over, and nothing else had told. */
  readonly settled?: JobId;
};

type Found =
  | { readonly kind: 'idle' }
  | { readonly kind: 'moving'; readonly jobId: JobId }
  /** The job or its execution is over, but a worker may be changing the budget still: nothing else starts before that is over. */
  | { readonly kind: 'held'; readonly jobId: JobId }
  | { readonly kind: 'started'; readonly jobId: JobId };

/** How many stale places and lost races one look works through before it leaves the rest to the next look. */
const ROUNDS = 20;

/** A look that found something changed in every round. The stream's retry, or the sweep, looks again. */
export class BusyLineError extends Error {
  override readonly name = 'BusyLine';

  constructor() {
    super(
      'The line of this budget changed again and again during a look. It is looked at again by itself.',
    );
  }
}

/**
 * Looks at a budget: makes sure that a running job has its execution, or starts the next one in line. Idempotent,
 * so deliveries that come twice, late or out of order do no harm.
 */
export async function lookAtBudget(ports: DispatchPorts, budgetId: BudgetId): Promise<Look> {
  let before: { readonly settled?: JobId } = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    const { running, next } = await ports.jobs.look(budgetId);
    if (running !== undefined) {
      const kind = await holds(ports, running);
      if (kind === 'settled') before = { settled: running.jobId };
      else if (kind !== 'released') return { ...before, kind, jobId: running.jobId };
    } else if (next === undefined) {
      return { ...before, kind: 'idle' };
    } else if (await claimNext(ports, budgetId, next)) {
      return { ...before, kind: 'started', jobId: next };
    }
  }
  throw new BusyLineError();
}

/** What the lock of a budget is good for; 'released' or 'settled' when it is not there any more as it was, or may be gone: look again. */
async function holds(
  ports: DispatchPorts,
  running: RunningJob,
): Promise<'moving' | 'held' | 'released' | 'settled'> {
  const found = await ports.jobs.get(running.jobId);
  if (found === undefined || isTerminal(found.job.status)) {
    if (mayStillSend(running, ports.now())) return 'held';
    await ports.jobs.releaseLock(running);
    return 'released';
  }
  // Its claim is being committed: a step that came now could see the same, and would refuse to run. Whoever claimed it starts it.
  if (found.job.status === 'queued') return 'moving';
  const executionId = ports.executions.idOf(running.jobId);
  // Of a state machine that was deployed anew, and that took its executions with it.
  if (running.executionId !== executionId) {
    if (mayStillSend(running, ports.now())) return 'held';
    await ports.jobs.moveLock(running, executionId);
    return 'released';
  }
  if ((await ports.executions.start(found.job)) === 'started') return 'moving';
  const state = await ports.executions.describe(running.executionId);
  // Forgotten by the service between the two calls: the next look starts it again.
  if (state === undefined || state.status === 'running') return 'moving';
  const ending = endOfExecution(state.status, running.jobId);
  const { hasEnded } = await settle(ports, running.jobId, ending);
  return hasEnded ? 'settled' : 'released';
}

/** @returns false when the place was stale or somebody else was faster: look again. */
async function claimNext(ports: DispatchPorts, budgetId: BudgetId, next: JobId): Promise<boolean> {
  const found = await ports.jobs.get(next);
  if (found?.job.status !== 'queued') {
    await ports.jobs.dropPlaceInLine(budgetId, next);
    return false;
  }
  const change = startJob(found, { now: ports.now(), newEventId: ports.newEventId });
  const running: RunningJob = {
    budgetId,
    jobId: next,
    executionId: ports.executions.idOf(next),
    workerId: null,
    workerUntil: null,
    sending: false,
  };
  if ((await ports.jobs.claim(change, running)) === 'conflict') return false;
  await ports.executions.start(found.job);
  return true;
}

/** What an ended execution means for a job that its workflow did not settle. Its end stops none of its workers. */
export function endOfExecution(status: ExecutionEnd, jobId: JobId): Ending {
  switch (status) {
    case 'succeeded':
      return { outcome: { status: 'succeeded' }, worker: 'over' };
    case 'failed':
      return {
        outcome: { status: 'failed', failure: unknownFailure(jobId) },
        worker: 'may_be_alive',
      };
    case 'timed_out':
      return {
        outcome: { status: 'failed', failure: failure('TIMED_OUT') },
        worker: 'may_be_alive',
      };
    case 'aborted':
      return {
        outcome: { status: 'canceled', message: 'The execution was stopped.' },
        worker: 'may_be_alive',
      };
  }
}
