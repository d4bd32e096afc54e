import type { BudgetId, Timestamp } from './ids.ts';

/** The record of a budget as of one moment; the bytes lie in the bucket under the two keys. */
export interface Snapshot {
  readonly id: string;
  readonly budgetId: BudgetId;
  readonly takenAt: Timestamp;
  /** Key of the exported budget (zip). */
  readonly archiveKey: string;
  /** Key of the extract that suggestions read (gzipped JSON). */
  readonly extractKey: string;
  /** Actual's id of the file on its server: tells a reset budget from one that is gone. */
  readonly cloudFileId: string;
  readonly counts: SnapshotCounts;
}

export interface SnapshotCounts {
  readonly accounts: number;
  readonly transactions: number;
}
