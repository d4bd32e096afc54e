import type { BudgetId, EventId, ExecutionId, JobId, Timestamp } from '../domain/ids.ts';
import type { JobRecord } from '../domain/job.ts';
import type { JobChange } from '../domain/job-change.ts';
import { endJob } from '../domain/transitions.ts';

export interface CanceledJobs {
  get(jobId: JobId): Promise<JobRecord | undefined>;
  /**
   * The job ends, a queued one leaves the line and a running one gives its budget's lock back: no worker can change
   * anything from then on. 'sending' when one has begun to change the budget.
   */
  cancel(change: JobChange): Promise<'written' | 'conflict' | 'sending'>;
}

export interface StoppedExecutions {
  idOf(jobId: JobId): ExecutionId;
  /** One that has ended, or that nobody knows, counts as stopped. */
  stop(executionId: ExecutionId): Promise<void>;
}

export interface CancelPorts {
  readonly jobs: CanceledJobs;
  readonly executions: StoppedExecutions;
  readonly now: () => Timestamp;
  readonly newEventId: () => EventId;
}

export interface CancelRequest {
  readonly jobId: JobId;
  /** Who asks, for the history. */
  readonly requestedBy: string;
  /** Whether a budget is there for who asks; a job of one that is not is unknown. */
  readonly isThere: (budgetId: BudgetId) => boolean;
}

/** What came of it. A conflict met another change each time, and may be sent again. */
export type Canceled =
  /** `stopFailure`: the execution could not be stopped; its steps end by themselves. */
  | { readonly kind: 'canceled'; readonly record: JobRecord; readonly stopFailure?: unknown }
  | { readonly kind: 'too_late'; readonly because: 'succeeded' | 'failed' | 'sending' }
  | { readonly kind: 'unknown' | 'conflict' };

/** How often a cancel that met another change reads again and decides again. */
const ATTEMPTS = 5;

/**
 * Calls a job off. The table first: with it the job is canceled, and none of its workers can change the budget any more.
 * Its execution is stopped then, again when a canceled job is canceled again, as the call before may have got no further.
 */
export async function cancel(ports: CancelPorts, request: CancelRequest): Promise<Canceled> {
  const { jobs, now, newEventId } = ports;
  const outcome = { status: 'canceled', message: `Canceled by ${request.requestedBy}.` } as const;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await jobs.get(request.jobId);
    if (found === undefined || !request.isThere(found.job.budgetId)) return { kind: 'unknown' };
    const { status } = found.job;
    if (status === 'canceled') return stopped(ports, found);
    if (status === 'succeeded' || status === 'failed') return { kind: 'too_late', because: status };
    const change = endJob(found, outcome, { now: now(), newEventId });
    const written = await jobs.cancel(change);
    if (written === 'written') return stopped(ports, change.record);
    if (written === 'sending') return { kind: 'too_late', because: 'sending' };
  }
  return { kind: 'conflict' };
}

async function stopped({ executions }: CancelPorts, record: JobRecord): Promise<Canceled> {
  const { id, startedAt } = record.job;
  if (startedAt === null) return { kind: 'canceled', record };
  try {
    await executions.stop(executions.idOf(id));
    return { kind: 'canceled', record };
  } catch (stopFailure) {
    return { kind: 'canceled', record, stopFailure };
  }
}
