import { type BudgetId, daysAfter, type JobId } from '../domain/ids.ts';
import type { Fence } from '../domain/running.ts';
import { type KeptSnapshot, snapshotKeys } from '../domain/snapshot.ts';
import { JobNotRunningError } from '../domain/step-refusals.ts';
import {
  type FetchedBudget,
  type OpenRequest,
  openFrom,
  replaceCurrent,
  type SnapshotPorts,
} from './current-snapshot.ts';
import type { StepWork } from './run-step.ts';

export interface CopySource {
  /**
   * Brings a budget up to date with its server.
   *
   * @returns also `copy`: the budget as Actual exports it.
   * @throws FailureError with what went wrong.
   */
  fetchWithCopy(request: OpenRequest): Promise<FetchedBudget & { readonly copy: Uint8Array }>;
}

export interface KeptSnapshots {
  get(budgetId: BudgetId, id: JobId): Promise<KeptSnapshot | undefined>;
  /** 'conflict' when the worker no longer holds the budget. */
  keep(snapshot: KeptSnapshot, fence: Fence): Promise<'written' | 'conflict'>;
}

export interface SnapshotStepPorts extends SnapshotPorts {
  readonly budgets: CopySource;
  readonly kept: KeptSnapshots;
  /** Days that a copy is kept. */
  readonly retentionDays: number;
}

/**
 * Keeps a copy of the budget as it stands on its server now. Its record bears the job's id, so a step that is run again
 * makes no second one; its bytes bear those of the attempt, so a worker that comes late cannot take away what the one
 * after it kept.
 */
export function snapshotStep(ports: SnapshotStepPorts): StepWork {
  return async ({ record, fence, now }) => {
    const { id, budgetId } = record.job;
    const there = await ports.kept.get(budgetId, id);
    if (there !== undefined) return { counts: there.counts };
    const previous = await ports.snapshots.current(budgetId);
    const request = await openFrom(ports, budgetId, previous, true);
    const { copy, ...fetched } = await ports.budgets.fetchWithCopy(request);
    const takenAt = now();
    const current = await replaceCurrent(ports, { fetched, previous, fence, takenAt });
    const { counts } = current;
    const archiveKey = snapshotKeys.kept(budgetId, current.id);
    await ports.bucket.writeArchive(archiveKey, copy);
    const written = await ports.kept.keep(
      {
        id,
        budgetId,
        takenAt,
        archiveKey,
        bytes: copy.byteLength,
        counts,
        expiresAt: daysAfter(takenAt, ports.retentionDays),
      },
      fence,
    );
    if (written === 'conflict') {
      await ports.bucket.remove([archiveKey]).catch(() => undefined);
      throw new JobNotRunningError();
    }
    return { counts };
  };
}
