import type { DeleteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { BudgetId, JobId, Timestamp } from '../domain/ids.ts';
import type { RunningJob } from '../domain/running.ts';
import { allOf, locksJob, workerOver } from './conditions.ts';
import { queueKey, runningKey } from './keys.ts';

/** What keeps a line clean: removing a place or a lock whose job is not there any more. */

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
