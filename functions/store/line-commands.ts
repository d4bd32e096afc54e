import type { DeleteCommandInput, PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { BudgetId, ExecutionId, JobId, Timestamp } from '../domain/ids.ts';
import type { RunningJob } from '../domain/running.ts';
import {
  absentOrExpired,
  allOf,
  either,
  locksExecution,
  locksJob,
  notQueued,
  workerOver,
} from './conditions.ts';
import { jobKey, queueKey, runningKey } from './keys.ts';
import { runningItem } from './line-rows.ts';
import type { TransactItem, WriteContext } from './writing.ts';

/** What keeps a line clean: removing a place or a lock whose job is not there any more, moving one whose execution is not. */

/**
 * Only when the job does not wait for it: a read that comes while a new job is committed may find its place and not the job,
 * which without its place would never run.
 */
export function dropPlaceCommand(
  budgetId: BudgetId,
  id: JobId,
  { tableName: TableName, now }: WriteContext,
): readonly TransactItem[] {
  const condition = allOf(either(absentOrExpired(now), notQueued));
  return [
    { Delete: { TableName, Key: queueKey(budgetId, id) } },
    { ConditionCheck: { TableName, Key: jobKey(id), ...condition } },
  ];
}

/** Only while the lock still names this job, and nobody may be changing the budget for it. */
export function releaseLockCommand(
  TableName: string,
  running: RunningJob,
  now: Timestamp,
): DeleteCommandInput {
  const condition = allOf(locksJob(running), workerOver(now));
  return { TableName, Key: runningKey(running.budgetId), ...condition };
}

/** Only while the lock still names this job and the execution before, and nobody may be changing the budget for it. */
export function moveLockCommand(
  TableName: string,
  running: RunningJob,
  executionId: ExecutionId,
  now: Timestamp,
): PutCommandInput {
  const condition = allOf(locksJob(running), locksExecution(running), workerOver(now));
  const moved = { ...running, executionId, workerId: null, workerUntil: null };
  return { TableName, Item: runningItem(moved), ...condition };
}
