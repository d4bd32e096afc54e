import type { JobId, Timestamp } from '../domain/ids.ts';
import type { Job, JobRecord } from '../domain/job.ts';

/** What an apply goes on from. */
export interface Lineage {
  /** The job itself, and those that it repeats. */
  readonly ownJobs: ReadonlySet<JobId>;
  /** Since when one of those that it repeats may have sent something; undefined where none has. */
  readonly sentSince: Timestamp | undefined;
}

/** The jobs before this one, from the last to the first. */
export async function lineage(
  jobs: { get(jobId: JobId): Promise<JobRecord | undefined> },
  job: Job,
): Promise<Lineage> {
  const ownJobs = new Set([job.id]);
  let sentSince: Timestamp | undefined;
  let parent = job.parentJobId;
  while (parent !== null && !ownJobs.has(parent)) {
    ownJobs.add(parent);
    const record = await jobs.get(parent);
    if (record !== undefined && mayHaveSent(record.job)) {
      sentSince = record.job.startedAt ?? record.job.createdAt;
    }
    parent = record?.job.parentJobId ?? null;
  }
  return { ownJobs, sentSince };
}

/**
 * Whether an apply that ended without success may have sent something: one that was refused whole has not, nor one that was called
 * off by a caller; but one whose execution was stopped in the console while it sent is canceled just like that.
 */
function mayHaveSent({ status, startedAt, failureCode }: Job): boolean {
  const cutOff = status === 'failed' || (status === 'canceled' && startedAt !== null);
  return cutOff && failureCode !== 'APPLY_REJECTED';
}
