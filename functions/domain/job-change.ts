import type { EventId, StepId, Timestamp } from './ids.ts';
import { latest } from './ids.ts';
import type { Job, JobEvent, JobRecord, JobStep } from './job.ts';
import { mayBecome, type Status } from './status.ts';

/** What the transitions of a job are made of. */

/** What a transition needs from outside: the time, and ids for what it makes. */
export interface TransitionContext {
  readonly now: Timestamp;
  /** A fresh event id for each call. */
  readonly newEventId: () => EventId;
}

/** The one change of a job: the version it was made on, the whole record after it, and what it adds. */
export interface JobChange {
  /** Version of the job before the change; 0 for a job that was not there. */
  readonly before: number;
  readonly record: JobRecord;
  /** Steps that differ from before. */
  readonly changedSteps: readonly JobStep[];
  /** One event for each status change, versions `before + 1` … `record.job.version`. */
  readonly events: readonly JobEvent[];
}

/** A command that the rules of the data model forbid. */
export class TransitionError extends Error {
  override readonly name = 'TransitionError';
}

interface StatusChange {
  readonly stepId: StepId | null;
  readonly status: Status;
  readonly message?: string;
}

/** What the history is told of a step as it is now, with the reason of one that failed. */
export function statusOf(step: JobStep): StatusChange {
  return {
    stepId: step.id,
    status: step.status,
    ...(step.failureReason === null ? {} : { message: step.failureReason }),
  };
}

/**
 * The job as it is after a change, with an event for each status change, in the order given.
 *
 * @param job all but its version, which is that of before and one more for each event.
 */
export function change(
  before: JobRecord,
  job: Job,
  changedSteps: readonly JobStep[],
  statusChanges: readonly StatusChange[],
  context: TransitionContext,
): JobChange {
  const first = before.job.version + 1;
  const createdAt = notBefore(before, context);
  const events = statusChanges.map(
    (statusChange, index): JobEvent => ({
      id: context.newEventId(),
      jobId: job.id,
      ...statusChange,
      createdAt,
      version: first + index,
    }),
  );
  const steps = before.steps.map(
    (step) => changedSteps.find((changed) => changed.position === step.position) ?? step,
  );
  return {
    before: before.job.version,
    record: { job: { ...job, version: before.job.version + events.length }, steps },
    changedSteps,
    events,
  };
}

/** The job in its new status, with the time at which it began or ended. @throws TransitionError when there is no such way. */
export function moveJob(job: Job, to: Status, now: Timestamp): Job {
  if (!mayBecome(job.status, to)) {
    throw new TransitionError(`A job that is ${job.status} cannot become ${to}`);
  }
  return to === 'running'
    ? { ...job, status: to, startedAt: now }
    : { ...job, status: to, completedAt: now };
}

/** The same for a step. @throws TransitionError when there is no such way. */
export function moveStep(step: JobStep, to: Status, now: Timestamp): JobStep {
  if (!mayBecome(step.status, to)) {
    throw new TransitionError(`Step ${step.position} is ${step.status} and cannot become ${to}`);
  }
  return to === 'running'
    ? { ...step, status: to, startedAt: now }
    : { ...step, status: to, completedAt: now };
}

/** @throws TransitionError when the job has no step in this place. */
export function stepAt(record: JobRecord, position: number): JobStep {
  const step = record.steps.find((candidate) => candidate.position === position);
  if (step === undefined) throw new TransitionError(`The job has no step ${position}`);
  return step;
}

/** @throws TransitionError when the job is in any other status. */
export function requireRunning(job: Job): void {
  if (job.status !== 'running') throw new TransitionError(`The job is ${job.status}, not running`);
}

/** Now, but never earlier than any time the record carries: clocks differ. */
export function notBefore(
  { job, steps }: JobRecord,
  { now }: Pick<TransitionContext, 'now'>,
): Timestamp {
  const times = [
    job.createdAt,
    job.startedAt,
    ...steps.flatMap((s) => [s.startedAt, s.completedAt]),
  ];
  return times.reduce<Timestamp>((last, time) => (time === null ? last : latest(last, time)), now);
}
