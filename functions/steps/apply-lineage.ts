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
    sentSince = (record && sentFrom(record.job)) ?? sentSince;
    parent = record?.job.parentJobId ?? null;
  }
  return { ownJobs, sentSince };
}

/**
 * From when on an apply may have sent something; null for one that was refused whole, or that never began, and for a scheduled job,
 * which an apply may come after. One that a caller called off has not, but one whose execution was stopped in the console while it
 * sent is canceled just like that.
 */
function sentFrom({ type, startedAt, failureCode }: Job): Timestamp | null {
  return type !== 'suggestions_apply' || failureCode === 'APPLY_REJECTED' ? null : startedAt;
}
