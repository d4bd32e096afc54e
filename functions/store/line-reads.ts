import type { BudgetId, JobId } from '../domain/ids.ts';
import type { RunningJob } from '../domain/running.ts';
import { SORT_KEY } from '../names.ts';
import { jobInKeyOf } from './job-rows.ts';
import { budgetPartition } from './keys.ts';
import { runningOf } from './line-rows.ts';
import type { Table } from './table.ts';

/** Who runs and who waits in a budget. */

/** A budget's lock, or where there is none the job that is first in its line. */
export interface LineHead {
  readonly running?: RunningJob;
  readonly next?: JobId;
}

export async function lookAtLine(table: Table, budgetId: BudgetId): Promise<LineHead> {
  // RUNNING sorts behind every place in line, so the two ends of one range are all there is to read.
  const range = {
    KeyConditionExpression: 'PK = :pk AND SK BETWEEN :queue AND :running',
    ExpressionAttributeValues: {
      ':pk': budgetPartition(budgetId),
      ':queue': SORT_KEY.queuePrefix,
      ':running': SORT_KEY.running,
    },
    ConsistentRead: true,
    Limit: 1,
  };
  const { items: last } = await table.page({ ...range, ScanIndexForward: false });
  const [end] = last;
  if (end === undefined) return {};
  if (end.SK === SORT_KEY.running) return { running: runningOf(end) };
  const { items: first } = await table.page(range);
  const [head] = first;
  return head === undefined || head.SK === SORT_KEY.running ? {} : { next: jobInKeyOf(head) };
}
