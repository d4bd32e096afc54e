import type { BudgetId, EventId, JobId, StepId, Timestamp } from '../domain/ids.ts';
import type { JobInput, JobRecord, Work } from '../domain/job.ts';
import type { JobChange } from '../domain/job-change.ts';
import { createJob } from '../domain/transitions.ts';
import { inputOf } from '../domain/work.ts';

/** Hashes of the caller's idempotency key and of the body. */
export interface IdempotentRequest {
  readonly key: string;
  readonly bodyHash: string;
}

/** A job that is to be written, with all that belongs to it. */
export interface Creation {
  readonly change: JobChange;
  readonly input?: JobInput;
  readonly request?: IdempotentRequest;
}

/** What a request that came before is answered with. */
export type Replay =
  | { readonly kind: 'replayed'; readonly jobId: JobId }
  | { readonly kind: 'key_reused' };

export interface SubmittedJobs {
  create(creation: Creation): Promise<{ readonly kind: 'created' } | Replay>;
  get(jobId: JobId): Promise<JobRecord | undefined>;
  /** @throws when a job that was not found is there: whoever asks again will see it. */
  requireGone(jobId: JobId): Promise<void>;
}

export interface SubmitPorts {
  readonly jobs: SubmittedJobs;
  readonly now: () => Timestamp;
  readonly newJobId: () => JobId;
  readonly newStepId: () => StepId;
  readonly newEventId: () => EventId;
}

export interface Submission {
  readonly budgetId: BudgetId;
  readonly work: Work;
  readonly requestedBy: string;
  /** The job that this one repeats, and how many before it tried the same. */
  readonly repeats?: { readonly parentJobId: JobId; readonly retryCount: number };
  /** Present when a key was sent. */
  readonly request?: IdempotentRequest;
}

export type Submitted =
  | { readonly kind: 'created' | 'replayed'; readonly record: JobRecord }
  | { readonly kind: 'key_reused' };

/**
 * Puts a new job in line: one write, nothing else. The table's stream starts it. The same request again gives the
 * job that the first one made, as it stands now.
 */
export async function submit(ports: SubmitPorts, submission: Submission): Promise<Submitted> {
  const creation = creationOf(ports, submission);
  const outcome = await ports.jobs.create(creation);
  return outcome.kind === 'created'
    ? { kind: 'created', record: creation.change.record }
    : replayed(ports, outcome);
}

/** The new job of a submission. */
export function creationOf(ports: SubmitPorts, submission: Submission): Creation {
  const { budgetId, work, requestedBy, repeats, request } = submission;
  const input = inputOf(work);
  const change = createJob(
    {
      id: ports.newJobId(),
      budgetId,
      work,
      trigger: 'api',
      requestedBy,
      newStepId: ports.newStepId,
      ...repeats,
    },
    { now: ports.now(), newEventId: ports.newEventId },
  );
  return {
    change,
    ...(input === undefined ? {} : { input }),
    ...(request === undefined ? {} : { request }),
  };
}

/** The job that a request made before, as it stands now. */
export async function replayed(
  { jobs }: Pick<SubmitPorts, 'jobs'>,
  replay: Replay,
): Promise<Submitted> {
  if (replay.kind === 'key_reused') return replay;
  // Once more: the same request may be writing the job at this moment, and be seen in part.
  const record = (await jobs.get(replay.jobId)) ?? (await jobs.get(replay.jobId));
  if (record !== undefined) return { kind: 'replayed', record };
  await jobs.requireGone(replay.jobId);
  // Its budget was forgotten, or a job that was there already was the answer, and its time was over first.
  return { kind: 'key_reused' };
}
