import { JobNotRunningError } from '../domain/failures.ts';
import type { BudgetId } from '../domain/ids.ts';
import type { JobWarning } from '../domain/job.ts';
import type { Fence } from '../domain/running.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Suggestion } from '../domain/suggestion.ts';
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
  readonly suggestions: {
    all(budgetId: BudgetId): Promise<readonly Suggestion[]>;
    write(
      changes: {
        readonly put: readonly Suggestion[];
        readonly reopen: readonly Suggestion[];
        readonly remove: readonly Suggestion[];
      },
      fence: Fence,
    ): Promise<{ readonly kind: 'written' | 'not_running' }>;
  };
}

/**
 * The work of the step `sync`: a new current snapshot with its extract, from the one before it and what changed
 * since. When there is none, or the job distrusts it, from a full download: what was proposed out of a distrusted one
 * is dropped.
 */
export function syncStep(ports: SyncPorts): StepWork {
  return async ({ record, fence, now }) => {
    const { budgetId, type, metadata } = record.job;
    const previous = await ports.snapshots.current(budgetId);
    const trusted = metadata.fullResync !== true && type !== 'snapshot_redownload';
    const request = await openFrom(ports, budgetId, previous, trusted);
    const fetched = await ports.budgets.fetch(request);
    const newTransactions = await countNew(
      ports.bucket,
      previous,
      wholeTransactions(fetched.extract),
    );
    const { counts } = await replaceCurrent(ports, { fetched, previous, fence, takenAt: now() });
    const removed = trusted ? undefined : await dropPending(ports, budgetId, fence);
    return {
      counts: {
        ...counts,
        ...(newTransactions === undefined ? {} : { newTransactions }),
        ...(removed === undefined ? {} : { removed }),
      },
      ...(metadata.bankSync ? { warnings: [NO_BANK_SYNC] } : {}),
    };
  };
}

const NO_BANK_SYNC: JobWarning = {
  code: 'BANK_SYNC_SKIPPED',
  message: 'Bank sync is not supported yet; the budget was synced with its Actual server alone.',
};

/** @returns how many suggestions nobody had decided on. */
async function dropPending(
  { suggestions }: SyncPorts,
  budgetId: BudgetId,
  fence: Fence,
): Promise<number> {
  const existing = await suggestions.all(budgetId);
  const remove = existing.filter(({ status }) => status === 'pending');
  if (remove.length > 0) {
    const { kind } = await suggestions.write({ put: [], reopen: [], remove }, fence);
    if (kind === 'not_running') throw new JobNotRunningError();
  }
  return remove.length;
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
