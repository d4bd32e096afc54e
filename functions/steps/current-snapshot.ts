import { type BudgetExtract, TRANSACTION_FLAG } from '../domain/extract.ts';
import type { BudgetId, Timestamp } from '../domain/ids.ts';
import type { Fence } from '../domain/running.ts';
import { type Snapshot, type SyncPoint, snapshotKeys } from '../domain/snapshot.ts';
import { JobNotRunningError } from '../domain/step-refusals.ts';

/** The current snapshot of a budget: read before the budget is opened, replaced once it was brought up to date. */

/** A budget as it stands on its server now. */
export interface FetchedBudget {
  /** To open it from the next time. */
  readonly archive: Uint8Array;
  readonly extract: BudgetExtract;
  readonly cloudFileId: string;
  readonly syncPoint?: SyncPoint | undefined;
}

/** What a budget is opened from. */
export interface OpenRequest {
  readonly budgetId: BudgetId;
  /** The current snapshot, from which only what changed is fetched; one that is damaged is passed over. */
  readonly archive?: Uint8Array | undefined;
  /** Actual's id of the file that the current snapshot was taken of. */
  readonly cloudFileId?: string | undefined;
}

/** The pointer to a budget's current snapshot. */
export interface SnapshotPointer {
  current(budgetId: BudgetId): Promise<Snapshot | undefined>;
  /** 'conflict' when the worker no longer holds the budget. */
  setCurrent(snapshot: Snapshot, fence: Fence): Promise<'written' | 'conflict'>;
}

/** The bytes of snapshots, under keys that are written once. */
export interface SnapshotBucket {
  /** undefined when there is none. */
  readArchive(key: string): Promise<Uint8Array | undefined>;
  /** @returns its stamp. */
  writeArchive(key: string, archive: Uint8Array): Promise<string>;
  /** @throws FailureError when there is none, or one that cannot be read. */
  readExtract(key: string): Promise<BudgetExtract>;
  /** @returns its stamp. */
  writeExtract(key: string, extract: BudgetExtract): Promise<string>;
  /** What changes with an object's bytes; undefined when there is none. */
  stampOf(key: string): Promise<string | undefined>;
  /** What is not there counts as removed. */
  remove(keys: readonly string[]): Promise<void>;
}

export interface SnapshotPorts {
  readonly snapshots: SnapshotPointer;
  readonly bucket: SnapshotBucket;
  /** UUIDv7. */
  readonly newSnapshotId: () => string;
}

/** Where to open the budget from. @param trusted false to download the whole budget. */
export async function openFrom(
  { bucket }: SnapshotPorts,
  budgetId: BudgetId,
  previous: Snapshot | undefined,
  trusted: boolean,
): Promise<OpenRequest> {
  const archive =
    previous === undefined || !trusted ? undefined : await bucket.readArchive(previous.archiveKey);
  return { budgetId, archive, cloudFileId: previous?.cloudFileId };
}

/**
 * Makes a fetched budget the current snapshot, and removes the bytes of the one before it.
 *
 * @throws JobNotRunningError when the worker no longer holds the budget; nothing was changed then.
 */
export async function replaceCurrent(
  { snapshots, bucket, newSnapshotId }: SnapshotPorts,
  change: {
    readonly fetched: FetchedBudget;
    readonly previous: Snapshot | undefined;
    readonly fence: Fence;
    readonly takenAt: Timestamp;
  },
): Promise<Snapshot> {
  const { fetched, previous, fence, takenAt } = change;
  const { extract, cloudFileId, syncPoint } = fetched;
  const { budgetId } = fence;
  const id = newSnapshotId();
  const archiveKey = snapshotKeys.archive(budgetId, id);
  const extractKey = snapshotKeys.extract(budgetId, id);
  const writes = [
    bucket.writeArchive(archiveKey, fetched.archive),
    bucket.writeExtract(extractKey, extract),
  ] as const;
  // What a worker that fails leaves under way comes into the bucket when its process next does something, however late.
  await Promise.allSettled(writes);
  const [archive, extracted] = await Promise.all(writes);
  const snapshot: Snapshot = {
    id,
    budgetId,
    takenAt,
    archiveKey,
    extractKey,
    cloudFileId,
    counts: {
      accounts: extract.accounts.length,
      transactions: wholeTransactions(extract).length,
    },
    stamps: { archive, extract: extracted },
    ...(syncPoint === undefined ? {} : { syncPoint }),
  };
  if ((await snapshots.setCurrent(snapshot, fence)) === 'conflict') {
    await removeQuietly(bucket, snapshot);
    throw new JobNotRunningError();
  }
  if (previous !== undefined) await removeQuietly(bucket, previous);
  return snapshot;
}

/** Ids of the transactions as a person counts them: a split one once, without its parts. */
export function wholeTransactions({ transactions }: BudgetExtract): readonly string[] {
  const { id, flags } = transactions;
  return id.filter((_, index) => ((flags[index] ?? 0) & TRANSACTION_FLAG.splitChild) === 0);
}

/** What cannot be removed now goes with the bucket's lifecycle; the job has done its work. */
async function removeQuietly(bucket: SnapshotBucket, snapshot: Snapshot): Promise<void> {
  await bucket.remove([snapshot.archiveKey, snapshot.extractKey]).catch(() => undefined);
}
