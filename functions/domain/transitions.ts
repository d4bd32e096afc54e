import type { Failure } from './failures.ts';
import type { BudgetId, JobId, StepId, Timestamp } from './ids.ts';
import type { Job, JobCounts, JobRecord, JobStep, JobWarning, Trigger, Work } from './job.ts';
import { stepTypesOf } from './job.ts';
import {
  change,
  type JobChange,
  moveJob,
  moveStep,
  notBefore,
  requireRunning,
  statusOf,
  stepAt,
  type TransitionContext,
  TransitionError,
} from './job-change.ts';
import { isTerminal } from './status.ts';
import { optionsOf } from './work.ts';

export interface NewJob {
  readonly id: JobId;
  readonly budgetId: BudgetId;
  readonly work: Work;
  readonly trigger: Trigger;
  readonly requestedBy?: string;
  readonly parentJobId?: JobId;
  readonly retryCount?: number;
  /** A fresh id for each step of the type. */
  readonly newStepId: () => StepId;
}

/** A new job, queued, with its steps queued. */
export function createJob(request: NewJob, context: TransitionContext): JobChange {
  const steps = stepTypesOf(request.work.type).map(
    (stepType, index): JobStep => ({
      id: request.newStepId(),
      jobId: request.id,
      stepType,
      status: 'queued',
      position: index + 1,
      startedAt: null,
      completedAt: null,
      failureReason: null,
    }),
  );
  const job: Job = {
    id: request.id,
    budgetId: request.budgetId,
    type: request.work.type,
    status: 'queued',
    createdAt: context.now,
    startedAt: null,
    completedAt: null,
    failureReason: null,
    failureCode: null,
    parentJobId: request.parentJobId ?? null,
    metadata: {
      trigger: request.trigger,
      ...(request.requestedBy === undefined ? {} : { requestedBy: request.requestedBy }),
      retryCount: request.retryCount ?? 0,
      ...optionsOf(request.work),
    },
    version: 0,
  };
  return change(
    { job, steps },
    job,
    steps,
    [{ stepId: null, status: 'queued' }, ...steps.map(statusOf)],
    context,
  );
}

/** `queued → running`: the job was claimed and its execution is about to start. @throws TransitionError when it is not queued. */
export function startJob(before: JobRecord, context: TransitionContext): JobChange {
  const job = moveJob(before.job, 'running', notBefore(before, context));
  return change(before, job, [], [{ stepId: null, status: 'running' }], context);
}

/**
 * The step begins. Steps run in ascending position: every step before it has succeeded.
 *
 * @throws TransitionError when one has not, the step is not queued or not there, or the job does not run.
 */
export function startStep(
  before: JobRecord,
  position: number,
  context: TransitionContext,
): JobChange {
  requireRunning(before.job);
  const early = before.steps.find(
    (step) => step.position < position && step.status !== 'succeeded',
  );
  if (early !== undefined) {
    throw new TransitionError(
      `Step ${position} cannot start: step ${early.position} is ${early.status}`,
    );
  }
  const step = moveStep(stepAt(before, position), 'running', notBefore(before, context));
  return change(before, before.job, [step], [statusOf(step)], context);
}

/** A worker takes over what one before it left: nothing of the job changes, as long as nobody else changed it. */
export function takeOver(before: JobRecord): JobChange {
  requireRunning(before.job);
  return { before: before.job.version, record: before, changedSteps: [], events: [] };
}

/** What a step reports: counts and warnings, which join those in the job's metadata. */
export interface StepResult {
  readonly counts?: JobCounts;
  readonly warnings?: readonly JobWarning[];
}

/** The step did its work. @throws TransitionError when the step or its job does not run. */
export function completeStep(
  before: JobRecord,
  position: number,
  result: StepResult,
  context: TransitionContext,
): JobChange {
  requireRunning(before.job);
  const step = moveStep(stepAt(before, position), 'succeeded', notBefore(before, context));
  const job = withResult(before.job, { ...result, counts: onTopOf(before.job, result) });
  return change(before, job, [step], [statusOf(step)], context);
}

/** A sync that distrusts the snapshot removes suggestions, and the proposals after it do too. */
function onTopOf({ metadata }: Job, { counts = {} }: StepResult): JobCounts {
  const { removed } = counts;
  return removed === undefined
    ? counts
    : { ...counts, removed: removed + (metadata.counts?.removed ?? 0) };
}

/**
 * The result of a job that has no steps: no status changes, so no event. A job that is run again after it reported
 * reports all of it again: its warnings take the place of those before.
 */
export function reportResult(
  before: JobRecord,
  result: StepResult,
  context: TransitionContext,
): JobChange {
  requireRunning(before.job);
  const { warnings: _, ...metadata } = before.job.metadata;
  return change(before, withResult({ ...before.job, metadata }, result), [], [], context);
}

/** How a job ends. */
export type Outcome =
  | { readonly status: 'succeeded' }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'canceled'; readonly message?: string };

/**
 * Ends a job. A success needs every step to have succeeded. A failure fails the step that was running and
 * cancels those after it; a cancellation cancels every unfinished step.
 *
 * @throws TransitionError when the job has ended already, has not started (unless it is canceled), or has
 * unfinished steps (when it is to succeed).
 */
export function endJob(before: JobRecord, outcome: Outcome, context: TransitionContext): JobChange {
  const now = notBefore(before, context);
  const unfinished = before.steps.filter((step) => !isTerminal(step.status));
  const [first] = unfinished;
  if (outcome.status === 'succeeded' && first !== undefined) {
    throw new TransitionError(
      `A job cannot succeed while step ${first.position} is ${first.status}`,
    );
  }
  const failed = outcome.status === 'failed' ? outcome.failure : null;
  const job: Job = {
    ...moveJob(before.job, outcome.status, now),
    failureReason: failed?.reason ?? null,
    failureCode: failed?.code ?? null,
  };
  const steps = unfinished.map((step) => endStep(step, failed, now));
  const message = outcome.status === 'canceled' ? outcome.message : failed?.reason;
  const jobEnded = {
    stepId: null,
    status: job.status,
    ...(message === undefined ? {} : { message }),
  };
  return change(before, job, steps, [...steps.map(statusOf), jobEnded], context);
}

/** Joins counts and warnings to those that the job has already. */
function withResult(job: Job, result: StepResult): Job {
  const counts = { ...job.metadata.counts, ...result.counts };
  const warnings = [...(job.metadata.warnings ?? []), ...(result.warnings ?? [])];
  return {
    ...job,
    metadata: {
      ...job.metadata,
      ...(Object.keys(counts).length === 0 ? {} : { counts }),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  };
}

function endStep(step: JobStep, failed: Failure | null, now: Timestamp): JobStep {
  if (failed === null || step.status !== 'running') return moveStep(step, 'canceled', now);
  return { ...moveStep(step, 'failed', now), failureReason: failed.reason };
}
