import { type BudgetId, daysAfter, type Timestamp } from '../domain/ids.ts';
import type { JobRecord, JobType } from '../domain/job.ts';
import type { Snapshot, SyncPoint } from '../domain/snapshot.ts';
import type { SnapshotBucket } from './current-snapshot.ts';

/** When a sync need not open the budget: its server has nothing that the current snapshot lacks. */

export interface NewsSource {
  /**
   * Asks the server whether it has anything that a snapshot lacks, without opening the budget.
   *
   * @returns false also where only opening it can tell.
   * @throws FailureError when the server cannot be asked.
   */
  isUpToDate(snapshot: {
    readonly budgetId: BudgetId;
    readonly cloudFileId: string;
    readonly syncPoint: SyncPoint;
  }): Promise<boolean>;
}

export interface StillCurrentPorts {
  readonly bucket: Pick<SnapshotBucket, 'stampOf'>;
  readonly budgets: NewsSource;
  /** After so many days the bucket removes objects. */
  readonly unusedSnapshotDays: number;
}

/** Those that want the budget's state. Any other that syncs does so because its snapshot is of no use, or distrusted. */
const SYNCING: ReadonlySet<JobType> = new Set([
  'budget_sync',
  'sync_and_suggest',
  'scheduled_sync_and_suggest',
]);

/** However quiet a budget is: the longest that an archive or extract that is wrong in a way nobody thought of stays. */
const MADE_ANEW_DAYS = 7;

/**
 * True when the snapshot is as a sync would make it now: both its objects are there as they were written, early enough
 * before the bucket removes them, made by this version with these passwords, and the server has nothing new.
 */
export async function isStillCurrent(
  { bucket, budgets, unusedSnapshotDays }: StillCurrentPorts,
  snapshot: Snapshot,
  record: JobRecord,
  now: Timestamp,
): Promise<boolean> {
  const { type, metadata } = record.job;
  if (hasSynced(record)) return false;
  if (!SYNCING.has(type) || metadata.fullResync === true || metadata.bankSync === true)
    return false;
  if (snapshot.syncPoint === undefined || snapshot.stamps === undefined) return false;
  const { budgetId, takenAt, archiveKey, extractKey, cloudFileId, stamps, syncPoint } = snapshot;
  const until = daysAfter(takenAt, Math.min(MADE_ANEW_DAYS, unusedSnapshotDays / 2));
  if (now < takenAt || now >= until) return false;
  // At once: the bucket takes as long to answer as the server.
  const asked = [
    bucket.stampOf(archiveKey),
    bucket.stampOf(extractKey),
    budgets.isUpToDate({ budgetId, cloudFileId, syncPoint }),
  ] as const;
  // A worker that ended before the server has answered would take the lease of its login along.
  await Promise.allSettled(asked);
  const [archive, extract, isUpToDate] = await Promise.all(asked);
  return isUpToDate && archive === stamps.archive && extract === stamps.extract;
}

/** Whether the job comes to its sync once more: its suggestions could not read the extract that the first one left. */
export function hasSynced({ steps }: JobRecord): boolean {
  return steps.some(({ status }) => status === 'succeeded');
}
