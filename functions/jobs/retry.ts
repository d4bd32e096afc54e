import type { BudgetId, JobId } from '../domain/ids.ts';
import type { Job, JobInput, JobRecord } from '../domain/job.ts';
import { isTerminal, type Status } from '../domain/status.ts';
import { approves, workAgain } from '../domain/work.ts';
import {
  type Creation,
  creationOf,
  type IdempotentRequest,
  type Replay,
  replayed,
  type SubmitPorts,
  type Submitted,
} from './submit.ts';

export interface RepeatedJobs {
  input(jobId: JobId): Promise<JobInput | undefined>;
  /** The job that repeats this one. */
  rerun(jobId: JobId): Promise<JobId | undefined>;
  /**
   * Puts a job in line that repeats another one; 'overtaken' when that one is repeated by another job than `before`, or than
   * none, or `before` is there although it was not found.
   */
  repeat(
    creation: Creation,
    repetition: { readonly of: Job; readonly before: JobId | undefined },
  ): Promise<{ readonly kind: 'created' | 'overtaken' } | Replay>;
  /** What a request was answered with before. */
  answered(request: IdempotentRequest): Promise<Replay | undefined>;
  /** Answers a request with a job that is there already, unless it was answered before. */
  answer(request: IdempotentRequest, jobId: JobId): Promise<Replay>;
}

export interface RetryPorts extends SubmitPorts {
  readonly jobs: SubmitPorts['jobs'] & RepeatedJobs;
}

export interface RetryRequest {
  readonly jobId: JobId;
  readonly requestedBy: string;
  readonly request?: IdempotentRequest;
  /** Whether a budget is there for who asks; a job of one that is not is unknown. */
  readonly isThere: (budgetId: BudgetId) => boolean;
  /** Whether who asks may decide on suggestions; without that, no job is repeated that does. */
  readonly mayApprove: boolean;
}

/**
 * `refused`: this job waits or runs still, or it or the one that repeats it has succeeded. `forgotten`: its input has
 * expired. `conflict`: others repeated it each time in between. `not_allowed`: it approves suggestions, which who asks may not.
 */
export type Retried =
  | Submitted
  | { readonly kind: 'unknown' | 'forgotten' | 'conflict' | 'not_allowed' }
  | {
      readonly kind: 'refused';
      readonly status: Extract<Status, 'queued' | 'running' | 'succeeded'>;
      readonly by: JobId;
    };

/** How often a retry that others overtook reads again and decides again. */
const ATTEMPTS = 5;

/**
 * Runs a failed or canceled job again, as a new job that names it as its parent. A job is repeated by one job at a time:
 * whoever asks while that one waits or runs is given it, and once it has failed, it is the one that is run again.
 */
export async function retry(ports: RetryPorts, request: RetryRequest): Promise<Retried> {
  const { request: key, isThere } = request;
  const before = key && (await ports.jobs.answered(key));
  if (before !== undefined) {
    const answer = await replayed(ports, before);
    // A job and the one that repeats it are of one budget, which may not be there for the caller any more.
    return 'record' in answer && !isThere(answer.record.job.budgetId)
      ? { kind: 'unknown' }
      : answer;
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const retried = await retryOnce(ports, request);
    if (retried.kind !== 'overtaken') return retried;
  }
  return { kind: 'conflict' };
}

async function retryOnce(
  ports: RetryPorts,
  request: RetryRequest,
): Promise<Retried | { readonly kind: 'overtaken' }> {
  const { jobs } = ports;
  const asked = await jobs.get(request.jobId);
  if (asked === undefined || !request.isThere(asked.job.budgetId)) return { kind: 'unknown' };
  const { last, gone } = await lastOf(jobs, asked);
  const { job } = last;
  if (!isTerminal(job.status) && last !== asked) return given(ports, last, request.request);
  if (job.status !== 'failed' && job.status !== 'canceled') {
    return { kind: 'refused', status: job.status, by: job.id };
  }
  if (!request.mayApprove && approves(job)) return { kind: 'not_allowed' };
  const hasInput = job.metadata.suggestionCount !== undefined;
  const work = workAgain(job, hasInput ? await jobs.input(job.id) : undefined);
  if (work === undefined) return { kind: 'forgotten' };
  const creation = creationOf(ports, {
    budgetId: job.budgetId,
    work,
    requestedBy: request.requestedBy,
    repeats: { parentJobId: job.id, retryCount: job.metadata.retryCount + 1 },
    ...(request.request === undefined ? {} : { request: request.request }),
  });
  const outcome = await jobs.repeat(creation, { of: job, before: gone });
  switch (outcome.kind) {
    case 'created':
      return { kind: 'created', record: creation.change.record };
    case 'overtaken':
      return { kind: 'overtaken' };
    default:
      return replayed(ports, outcome);
  }
}

/** The last job of those that repeat this one and one another, and the one after it, where that is not kept any more. */
async function lastOf(
  jobs: RetryPorts['jobs'],
  asked: JobRecord,
): Promise<{ readonly last: JobRecord; readonly gone: JobId | undefined }> {
  let last = asked;
  for (;;) {
    const rerun = await jobs.rerun(last.job.id);
    const record = rerun === undefined ? undefined : await jobs.get(rerun);
    if (record === undefined) return { last, gone: rerun };
    last = record;
  }
}

/** The job that repeats the one asked for, to this caller too, and again to the same request. */
async function given(
  ports: RetryPorts,
  record: JobRecord,
  request: IdempotentRequest | undefined,
): Promise<Submitted> {
  return request === undefined
    ? { kind: 'replayed', record }
    : replayed(ports, await ports.jobs.answer(request, record.job.id));
}
