import type { BudgetId, JobId, Timestamp } from './ids.ts';

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

/** A copy of a budget that somebody asked for, kept until its time is over. Named by the job that made it. */
export interface KeptSnapshot {
  readonly id: JobId;
  readonly budgetId: BudgetId;
  readonly takenAt: Timestamp;
  /** Key of the exported budget (zip). */
  readonly archiveKey: string;
  /** Of the archive. */
  readonly bytes: number;
  readonly counts: SnapshotCounts;
  /** When it is removed. */
  readonly expiresAt: Timestamp;
}

/**
 * Keys of the objects of a snapshot, each written once. Extracts and kept copies lie apart: who reads the ones may not
 * read the others (the beginnings are those of BUCKET_PREFIX in names.ts).
 */
export const snapshotKeys = {
  archive: (budgetId: BudgetId, id: string): string => `archives/${budgetId}/${id}.zip`,
  extract: (budgetId: BudgetId, id: string): string => `extracts/${budgetId}/${id}.json.gz`,
  kept: (budgetId: BudgetId, id: string): string => `kept/${budgetId}/${id}.zip`,
} as const;
