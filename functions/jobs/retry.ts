import type { JobId } from '../domain/ids.ts';
import type { JobInput } from '../domain/job.ts';
import type { Status } from '../domain/status.ts';
import { workAgain } from '../domain/work.ts';
import { type Submission, type SubmitPorts, type Submitted, submit } from './submit.ts';

export interface RetryPorts extends SubmitPorts {
  readonly jobs: SubmitPorts['jobs'] & {
    input(jobId: JobId): Promise<JobInput | undefined>;
  };
}

export interface RetryRequest {
  readonly jobId: JobId;
  readonly requestedBy: string;
  readonly request?: Submission['request'];
}

/** `not_ended`: it may still succeed. `succeeded`: there is nothing to repeat. `forgotten`: its input has expired. */
export type Retried =
  | Submitted
  | { readonly kind: 'unknown' | 'forgotten' }
  | {
      readonly kind: 'refused';
      readonly status: Extract<Status, 'queued' | 'running' | 'succeeded'>;
    };

/** Runs a failed or canceled job again, as a new job that names it as its parent. */
export async function retry(ports: RetryPorts, request: RetryRequest): Promise<Retried> {
  const record = await ports.jobs.get(request.jobId);
  if (record === undefined) return { kind: 'unknown' };
  const { job } = record;
  if (job.status !== 'failed' && job.status !== 'canceled') {
    return { kind: 'refused', status: job.status };
  }
  const hasInput = job.metadata.suggestionCount !== undefined;
  const work = workAgain(job, hasInput ? await ports.jobs.input(job.id) : undefined);
  if (work === undefined) return { kind: 'forgotten' };
  return submit(ports, {
    budgetId: job.budgetId,
    work,
    requestedBy: request.requestedBy,
    repeats: { parentJobId: job.id, retryCount: job.metadata.retryCount + 1 },
    ...(request.request === undefined ? {} : { request: request.request }),
  });
}
