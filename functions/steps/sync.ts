import type { BudgetExtract } from '../domain/extract.ts';
import { TRANSACTION_FLAG } from '../domain/extract.ts';
import { JobNotRunningError } from '../domain/failures.ts';
import type { BudgetId } from '../domain/ids.ts';
import type { JobWarning } from '../domain/job.ts';
import type { Fence } from '../domain/running.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { StepWork } from './run-step.ts';

/** Brings a budget up to date with its server. */
export interface BudgetSource {
  /**
   * @returns the budget as it stands on the server now.
   * @throws FailureError with what went wrong.
   */
  fetch(request: {
    readonly budgetId: BudgetId;
    /** The current snapshot, from which only what changed is fetched; one that is damaged is passed over. */
    readonly archive?: Uint8Array | undefined;
    /** Actual's id of the file that the current snapshot was taken of. */
    readonly cloudFileId?: string | undefined;
  }): Promise<{
    readonly archive: Uint8Array;
    readonly extract: BudgetExtract;
    readonly cloudFileId: string;
  }>;
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
  writeArchive(key: string, archive: Uint8Array): Promise<void>;
  /** @throws FailureError when there is none, or one that cannot be read. */
  readExtract(key: string): Promise<BudgetExtract>;
  writeExtract(key: string, extract: BudgetExtract): Promise<void>;
  /** What is not there counts as removed. */
  remove(keys: readonly string[]): Promise<void>;
}

export interface SyncPorts {
  readonly budgets: BudgetSource;
  readonly snapshots: SnapshotPointer;
  readonly bucket: SnapshotBucket;
  /** UUIDv7. */
  readonly newSnapshotId: () => string;
}

/**
 * The work of the step `sync`: a new current snapshot with its extract, from the one before it and what changed
 * since, or from a full download when there is none or the job asks for it.
 */
export function syncStep({ budgets, snapshots, bucket, newSnapshotId }: SyncPorts): StepWork {
  return async ({ record, fence, now }) => {
    const { budgetId, metadata } = record.job;
    const previous = await snapshots.current(budgetId);
    const archive =
      previous === undefined || metadata.fullResync
        ? undefined
        : await bucket.readArchive(previous.archiveKey);
    const fetched = await budgets.fetch({
      budgetId,
      archive,
      cloudFileId: previous?.cloudFileId,
    });
    const { extract } = fetched;
    const transactions = wholeTransactions(extract);
    const newTransactions = await countNew(bucket, previous, transactions);

    const snapshot: Snapshot = {
      ...keysOf(budgetId, newSnapshotId()),
      budgetId,
      takenAt: now(),
      cloudFileId: fetched.cloudFileId,
      counts: { accounts: extract.accounts.length, transactions: transactions.length },
    };
    await Promise.all([
      bucket.writeArchive(snapshot.archiveKey, fetched.archive),
      bucket.writeExtract(snapshot.extractKey, extract),
    ]);
    if ((await snapshots.setCurrent(snapshot, fence)) === 'conflict') {
      await removeQuietly(bucket, snapshot);
      throw new JobNotRunningError();
    }
    if (previous !== undefined) await removeQuietly(bucket, previous);

    return {
      counts: { ...snapshot.counts, ...(newTransactions === undefined ? {} : { newTransactions }) },
      ...(metadata.bankSync ? { warnings: [NO_BANK_SYNC] } : {}),
    };
  };
}

const NO_BANK_SYNC: JobWarning = {
  code: 'BANK_SYNC_SKIPPED',
  message: 'Bank sync is not supported yet; the budget was synced with its Actual server alone.',
};

/** Where the bytes of a snapshot lie. Extracts lie apart: who makes suggestions may read nothing else. */
function keysOf(
  budgetId: BudgetId,
  id: string,
): Pick<Snapshot, 'id' | 'archiveKey' | 'extractKey'> {
  return {
    id,
    archiveKey: `archives/${budgetId}/${id}.zip`,
    extractKey: `extracts/${budgetId}/${id}.json.gz`,
  };
}

/** Ids of the transactions as a person counts them: a split one once, without its parts. */
function wholeTransactions({ transactions }: BudgetExtract): readonly string[] {
  const { id, flags } = transactions;
  return id.filter((_, index) => ((flags[index] ?? 0) & TRANSACTION_FLAG.splitChild) === 0);
}

/** @returns undefined when the snapshot before cannot be read, so that nobody can tell. */
async function countNew(
  bucket: SnapshotBucket,
  previous: Snapshot | undefined,
  transactions: readonly string[],
): Promise<number | undefined> {
  if (previous === undefined) return transactions.length;
  const before = await bucket.readExtract(previous.extractKey).catch(() => undefined);
  if (before === undefined) return undefined;
  const known = new Set(before.transactions.id);
  return transactions.filter((id) => !known.has(id)).length;
}

/** What cannot be removed now goes with the bucket's lifecycle; the job has done its work. */
async function removeQuietly(bucket: SnapshotBucket, snapshot: Snapshot): Promise<void> {
  await bucket.remove([snapshot.archiveKey, snapshot.extractKey]).catch(() => undefined);
}
