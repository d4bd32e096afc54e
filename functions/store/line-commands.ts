import type { DeleteCommandInput, PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { BudgetId, ExecutionId, JobId, Timestamp } from '../domain/ids.ts';
import type { RunningJob } from '../domain/running.ts';
import { allOf, locksExecution, locksJob, workerOver } from './conditions.ts';
import { queueKey, runningKey } from './keys.ts';
import { runningItem } from './line-rows.ts';

/** What keeps a line clean: removing a place or a lock whose job is not there any more, moving one whose execution is not. */

export function dropPlaceCommand(
  TableName: string,
  budgetId: BudgetId,
  id: JobId,
): DeleteCommandInput {
  return { TableName, Key: queueKey(budgetId, id) };
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
