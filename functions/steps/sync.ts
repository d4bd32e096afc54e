import { type BankSyncReport, bankWarnings } from '../domain/bank-refusals.ts';
import type { BudgetId } from '../domain/ids.ts';
import type { Fence } from '../domain/running.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { JobNotRunningError } from '../domain/step-refusals.ts';
import {
  type FetchedBudget,
  type OpenRequest,
  openFrom,
  replaceCurrent,
  type SnapshotBucket,
  type SnapshotPorts,
  wholeTransactions,
} from './current-snapshot.ts';
import type { StepWork } from './run-step.ts';
import {
  hasSynced,
  isStillCurrent,
  type NewsSource,
  type StillCurrentPorts,
} from './still-current.ts';
import { type SuggestionItems, writeChanges } from './suggestions.ts';

/** Brings a budget up to date with its server. */
export interface BudgetSource {
  /**
   * @returns the budget as it stands on the server now.
   * @throws FailureError with what went wrong.
   */
  fetch(request: OpenRequest): Promise<FetchedBudget>;
}

export interface BankSource {
  /**
   * Brings a budget up to date after Actual's own bank sync, the outcome of which is on the server then.
   *
   * @param beforeChange called before the first change to the budget, if there is any.
   * @throws FailureError with what went wrong, or what `beforeChange` throws.
   */
  fetchWithBanks(
    request: OpenRequest,
    beforeChange: () => Promise<void>,
  ): Promise<FetchedBudget & { readonly banks: BankSyncReport }>;
}

export interface SyncPorts extends SnapshotPorts, Pick<StillCurrentPorts, 'unusedSnapshotDays'> {
  readonly budgets: BudgetSource & BankSource & NewsSource;
  /** Told when the server has nothing new, so that the budget is not opened. */
  readonly onUnchanged: () => void;
  readonly jobs: {
    /** From here on the job cannot be canceled; 'conflict' when the worker no longer holds the budget. */
    beginSending(fence: Fence): Promise<'written' | 'conflict'>;
  };
  readonly suggestions: SuggestionItems;
}

/**
 * The work of the step `sync`: a new current snapshot with its extract, from the one before it and what changed
 * since; the one before it when nothing did. When there is none, or the job distrusts it, from a full download: what was
 * proposed out of a distrusted one is dropped. A job that has synced already asks no bank once more.
 */
export function syncStep(ports: SyncPorts): StepWork {
  return async ({ record, fence, now }) => {
    const { budgetId, type, metadata } = record.job;
    const previous = await ports.snapshots.current(budgetId);
    if (previous !== undefined && (await isStillCurrent(ports, previous, record, now()))) {
      ports.onUnchanged();
      return { counts: { ...previous.counts, newTransactions: 0 } };
    }
    const trusted = metadata.fullResync !== true && type !== 'snapshot_redownload';
    // Read while the budget is opened: the bucket is not to be waited for twice.
    const known = idsIn(ports.bucket, previous);
    const request = await openFrom(ports, budgetId, previous, trusted);
    const isAgain = hasSynced(record);
    const withBanks = metadata.bankSync === true && !isAgain;
    const { banks, ...fetched } = await fetch(ports, request, fence, withBanks);
    const newTransactions = countNew(await known, wholeTransactions(fetched.extract));
    const { counts } = await replaceCurrent(ports, { fetched, previous, fence, takenAt: now() });
    // The first sync has said what was new and removed, and what the banks refused.
    if (isAgain) return { counts, warnings: metadata.warnings ?? [] };
    const removed = trusted ? undefined : await dropPending(ports, budgetId, fence);
    return {
      counts: {
        ...counts,
        ...(newTransactions === undefined ? {} : { newTransactions }),
        ...(removed === undefined ? {} : { removed }),
      },
      ...(banks === undefined ? {} : { warnings: bankWarnings(banks) }),
    };
  };
}

async function fetch(
  { budgets, jobs }: SyncPorts,
  request: OpenRequest,
  fence: Fence,
  withBanks: boolean,
): Promise<FetchedBudget & { readonly banks?: BankSyncReport }> {
  if (!withBanks) return budgets.fetch(request);
  return budgets.fetchWithBanks(request, async () => {
    if ((await jobs.beginSending(fence)) === 'conflict') throw new JobNotRunningError();
  });
}

/**
 * Drops what nobody has decided on; but not what was proposed anew after a rejection, which would be gone with it.
 *
 * @returns how many there were.
 */
async function dropPending(ports: SyncPorts, budgetId: BudgetId, fence: Fence): Promise<number> {
  const existing = await ports.suggestions.all(budgetId);
  const remove = existing.filter(
    ({ status, rejectedCategoryIds }) => status === 'pending' && rejectedCategoryIds.length === 0,
  );
  const written = await writeChanges(ports, { put: [], reopen: [], renew: [], remove }, fence);
  return written.remove;
}

/** Ids of a snapshot's transactions; undefined when it cannot be read, so that nobody can tell what is new. */
async function idsIn(
  bucket: SnapshotBucket,
  snapshot: Snapshot | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (snapshot === undefined) return new Set();
  const extract = await bucket.readExtract(snapshot.extractKey).catch(() => undefined);
  return extract === undefined ? undefined : new Set(extract.transactions.id);
}

function countNew(
  known: ReadonlySet<string> | undefined,
  transactions: readonly string[],
): number | undefined {
  return known === undefined ? undefined : transactions.filter((id) => !known.has(id)).length;
}
