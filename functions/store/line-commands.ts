import type { DeleteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type BudgetId, isUuid, type JobId, jobId, type Timestamp } from '../domain/ids.ts';
import type { RunningJob } from '../domain/running.ts';
import { allOf, locksJob, workerOver } from './conditions.ts';
import { queueKey, runningKey } from './keys.ts';
import { type Item, parseItem } from './rows.ts';

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

const RequestShape = z.object({
  jobId: z.string().refine(isUuid).transform(jobId),
  bodyHash: z.string(),
});

/** An idempotency record: which job its first request made, and of which body. */
export function requestOf(item: Item): { readonly jobId: JobId; readonly bodyHash: string } {
  return parseItem(RequestShape, item);
}
