import type { BudgetId, JobId, Timestamp } from './ids.ts';

/** The record of a budget as of one moment; the bytes lie in the bucket under the two keys. */
export interface Snapshot {
  readonly id: string;
  readonly budgetId: BudgetId;
  readonly takenAt: Timestamp;
  /** Key of the packed budget (zip). */
  readonly archiveKey: string;
  /** Key of the extract that suggestions read (gzipped JSON). */
  readonly extractKey: string;
  /** Actual's id of the file on its server: tells a reset budget from one that is gone. */
  readonly cloudFileId: string;
  readonly counts: SnapshotCounts;
  /** How far it is in sync; without it nobody can tell whether the server has something new but by opening the budget. */
  readonly syncPoint?: SyncPoint;
  /** What the bucket said of both objects when they were written. */
  readonly stamps?: ObjectStamps;
}

/** How far a snapshot is in sync with its server, by what Actual's devices compare with each other, and how it was made. */
export interface SyncPoint {
  /** Actual's timestamp of the last sync: the server is asked for changes after it. */
  readonly since: string;
  /** Over all changes since the budget's last sync reset: the root of Actual's merkle trie. */
  readonly hash: number;
  /** Actual's id of the encryption key; null where the budget is not encrypted. */
  readonly keyId: string | null;
  /** The secret's version that it was opened with: another one may have another server, or another password. */
  readonly secretVersion: string;
  /** What made archive and extract: another version would make them otherwise. */
  readonly madeBy: string;
}

/** Entity tags (RFC 9110) of the two objects: they change with an object's bytes. */
export interface ObjectStamps {
  readonly archive: string;
  readonly extract: string;
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
