import { z } from 'zod';

/** How long everything is kept: the one place that says so for table, bucket, logs and backups. */

const days = (most: number) => z.number().int().min(1).max(most);

/** What CloudWatch Logs takes (`PutRetentionPolicy`, `retentionInDays`). */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
] as const;

export type LogDays = (typeof LOG_DAYS)[number];

export const RETENTION = {
  /** Jobs with their steps and events, decided suggestions, kept snapshots: days from their creation or decision. */
  retentionDays: days(3650).default(30),
  /** Suggestions that nobody has decided: days after they were last written. */
  pendingSuggestionDays: days(3650).default(90),
  /** Snapshots that nothing points to any more, and those of budgets that were not synced for so long. */
  unusedSnapshotDays: days(3650).default(90),
  /** Logs of functions, workflow and API. */
  logDays: z
    .literal(LOG_DAYS, { error: `has to be one of CloudWatch's: ${LOG_DAYS.join(', ')}` })
    .default(30),
  /** The table can be restored to any second of so many days. */
  backupDays: days(35).default(35),
};
