import type { BudgetId, EventId, JobId, StepId, Timestamp } from '../domain/ids.ts';
import type { JobInput, JobRecord, Work } from '../domain/job.ts';
import { createJob, type JobChange } from '../domain/transitions.ts';
import { inputOf } from '../domain/work.ts';

export interface SubmittedJobs {
  create(creation: {
    readonly change: JobChange;
    readonly input?: JobInput;
    readonly request?: { readonly key: string; readonly bodyHash: string };
  }): Promise<
    | { readonly kind: 'created' | 'key_reused' }
    | { readonly kind: 'replayed'; readonly jobId: JobId }
  >;
  get(jobId: JobId): Promise<JobRecord | undefined>;
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
  /** Hashes of the caller's idempotency key and of the body, when a key was sent. */
  readonly request?: { readonly key: string; readonly bodyHash: string };
}

export type Submitted =
  | { readonly kind: 'created' | 'replayed'; readonly record: JobRecord }
  | { readonly kind: 'key_reused' };

/**
 * Puts a new job in line: one write, nothing else. The table's stream starts it. The same request again gives the
 * job that the first one made, as it stands now.
 */
export async function submit(ports: SubmitPorts, submission: Submission): Promise<Submitted> {
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
  const outcome = await ports.jobs.create({
    change,
    ...(input === undefined ? {} : { input }),
    ...(request === undefined ? {} : { request }),
  });
  switch (outcome.kind) {
    case 'created':
      return { kind: 'created', record: change.record };
    case 'key_reused':
      return { kind: 'key_reused' };
    case 'replayed': {
      const record = await ports.jobs.get(outcome.jobId);
      // Only a retention shorter than a day lets a job go before its request's record does.
      return record === undefined ? { kind: 'key_reused' } : { kind: 'replayed', record };
    }
  }
}
