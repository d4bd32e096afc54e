import type { BudgetId, JobId, Timestamp, TransactionId } from '../domain/ids.ts';
import type { ScheduledOptions } from '../domain/job.ts';
import { PARTITION, SORT_KEY } from '../names.ts';

/** Primary keys of the table's items: one place, so that no two kinds of item can meet. */

export interface Key {
  readonly PK: string;
  readonly SK: string;
}

/** Of a time, those that say its day: `YYYY-MM-DD`. */
const DAY_DIGITS = 10;

/** Digits of an event's version in its key: text order is then number order. */
const VERSION_DIGITS = 8;

export const JOB_SORT_KEY = 'JOB';
export const STEP_PREFIX = 'STEP#';
export const EVENT_PREFIX = 'EVENT#';

export function jobPartition(jobId: JobId): string {
  return `${PARTITION.job}${jobId}`;
}

export function jobKey(jobId: JobId): Key {
  return { PK: jobPartition(jobId), SK: JOB_SORT_KEY };
}

export function stepKey(jobId: JobId, position: number): Key {
  return { PK: jobPartition(jobId), SK: `${STEP_PREFIX}${position}` };
}

export function eventKey(jobId: JobId, version: number): Key {
  const padded = String(version).padStart(VERSION_DIGITS, '0');
  return { PK: jobPartition(jobId), SK: `${EVENT_PREFIX}${padded}` };
}

export function inputKey(jobId: JobId): Key {
  return { PK: jobPartition(jobId), SK: 'INPUT' };
}

/** Which job repeats this one. */
export function rerunKey(jobId: JobId): Key {
  return { PK: jobPartition(jobId), SK: 'RETRY' };
}

/** So many partitions take the ends of one day's jobs: one alone would take 500 a second, and have them read one after the other. */
export const ENDS_PARTITIONS = 8;

/** All partitions with ends of one day's jobs, the one of version 0.1.0 among them. @param time at which they ended. */
export function endsPartitions(time: Timestamp): readonly string[] {
  const spread = Array.from({ length: ENDS_PARTITIONS }, (_, n) => `${endsOfDay(time)}#${n}`);
  return [endsOfDay(time), ...spread];
}

/** The end of a job, sorted by its time. The last hex digit of a job's id is chance. */
export function endKey(jobId: JobId, completedAt: Timestamp): Key {
  const partition = Number.parseInt(jobId.slice(-1), 16) % ENDS_PARTITIONS;
  return { ...endKeyBefore(jobId, completedAt), PK: `${endsOfDay(completedAt)}#${partition}` };
}

/** The same as version 0.1.0 wrote it. */
export function endKeyBefore(jobId: JobId, completedAt: Timestamp): Key {
  return { PK: endsOfDay(completedAt), SK: `${endSortKey(completedAt)}#${jobId}` };
}

function endsOfDay(time: Timestamp): string {
  return `${PARTITION.ends}${time.slice(0, DAY_DIGITS)}`;
}

/** Where the ends at this time begin. */
export function endSortKey(time: Timestamp): string {
  return `${SORT_KEY.endPrefix}${time}`;
}

export function budgetPartition(budgetId: BudgetId): string {
  return `${PARTITION.budget}${budgetId}`;
}

export function queueKey(budgetId: BudgetId, jobId: JobId): Key {
  return { PK: budgetPartition(budgetId), SK: `${SORT_KEY.queuePrefix}${jobId}` };
}

export function runningKey(budgetId: BudgetId): Key {
  return { PK: budgetPartition(budgetId), SK: SORT_KEY.running };
}

/** The last scheduled job that asked for just this; the one that asked for nothing beside is where version 0.1.0 had them all. */
export function lastScheduledKey(
  budgetId: BudgetId,
  { fullResync = false, bankSync = false, applyAtConfidence }: ScheduledOptions,
): Key {
  const asked = [
    ...(fullResync ? ['FULL'] : []),
    ...(bankSync ? ['BANK'] : []),
    ...(applyAtConfidence === undefined ? [] : [`APPLY ${applyAtConfidence}`]),
  ];
  return { PK: budgetPartition(budgetId), SK: ['SCHEDULED', ...asked].join('#') };
}

export function currentSnapshotKey(budgetId: BudgetId): Key {
  return { PK: budgetPartition(budgetId), SK: 'CURRENT_SNAPSHOT' };
}

/** Kept copies sort by the id of the job that made them: oldest first. */
export const KEPT_SNAPSHOT_PREFIX = 'SNAPSHOT#';

export function keptSnapshotKey(budgetId: BudgetId, id: JobId): Key {
  return { PK: budgetPartition(budgetId), SK: `${KEPT_SNAPSHOT_PREFIX}${id}` };
}

/** @param hash of the caller, method, path and key; never the key itself. */
export function requestKey(hash: string): Key {
  return { PK: `${PARTITION.request}${hash}`, SK: 'REQUEST' };
}

export function suggestionsPartition(budgetId: BudgetId): string {
  return `${PARTITION.suggestions}${budgetId}`;
}

export function suggestionKey(budgetId: BudgetId, transactionId: TransactionId): Key {
  return { PK: suggestionsPartition(budgetId), SK: transactionId };
}

export function loginKey(serverId: string): Key {
  return { PK: `${PARTITION.server}${serverId}`, SK: 'LOGIN' };
}

/** Partitions of the index over open work: few enough to read them all, enough to spread the writes. */
export const OPEN_WORK_PARTITIONS = ['OPEN#0', 'OPEN#1', 'OPEN#2', 'OPEN#3'] as const;

/** The index attributes of a place in line or a lock. The last hex digit of a budget's id spreads evenly. */
export function openWorkAttributes(budgetId: BudgetId): {
  readonly openWorkKey: string;
  readonly openWorkOrder: string;
} {
  const partition = Number.parseInt(budgetId.slice(-1), 16) % OPEN_WORK_PARTITIONS.length;
  return { openWorkKey: `OPEN#${partition}`, openWorkOrder: budgetId };
}
