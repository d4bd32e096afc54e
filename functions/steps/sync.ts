import type { JobWarning } from '../domain/job.ts';
import type { Snapshot } from '../domain/snapshot.ts';
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

/** Brings a budget up to date with its server. */
export interface BudgetSource {
  /**
   * @returns the budget as it stands on the server now.
   * @throws FailureError with what went wrong.
   */
  fetch(request: OpenRequest): Promise<FetchedBudget>;
}

export interface SyncPorts extends SnapshotPorts {
  readonly budgets: BudgetSource;
}

/**
 * The work of the step `sync`: a new current snapshot with its extract, from the one before it and what changed
 * since, or from a full download when there is none or the job asks for it.
 */
export function syncStep(ports: SyncPorts): StepWork {
  return async ({ record, fence, now }) => {
    const { budgetId, metadata } = record.job;
    const previous = await ports.snapshots.current(budgetId);
    const request = await openFrom(ports, budgetId, previous, metadata.fullResync !== true);
    const fetched = await ports.budgets.fetch(request);
    const newTransactions = await countNew(
      ports.bucket,
      previous,
      wholeTransactions(fetched.extract),
    );
    const { counts } = await replaceCurrent(ports, { fetched, previous, fence, takenAt: now() });
    return {
      counts: { ...counts, ...(newTransactions === undefined ? {} : { newTransactions }) },
      ...(metadata.bankSync ? { warnings: [NO_BANK_SYNC] } : {}),
    };
  };
}

const NO_BANK_SYNC: JobWarning = {
  code: 'BANK_SYNC_SKIPPED',
  message: 'Bank sync is not supported yet; the budget was synced with its Actual server alone.',
};

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
