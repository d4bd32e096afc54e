import type { BudgetId, JobId } from '../domain/ids.ts';
import type { RunningJob } from '../domain/running.ts';
import { INDEX, SORT_KEY } from '../names.ts';
import { jobInKeyOf } from './job-rows.ts';
import { budgetPartition, OPEN_WORK_PARTITIONS } from './keys.ts';
import { openBudgetOf, runningOf, waitingJobOf } from './line-rows.ts';
import type { Table } from './table.ts';

/** Who runs and who waits: in one budget, and in all. */

/** A budget's lock, or where there is none the job that is first in its line. */
export interface Look {
  readonly running?: RunningJob;
  readonly next?: JobId;
}

export async function lookAtLine(table: Table, budgetId: BudgetId): Promise<Look> {
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

export interface OpenWork {
  readonly budgets: readonly BudgetId[];
  readonly waiting: readonly JobId[];
}

/** Every budget that has a job running or in line, each once, and all jobs in line. Eventually consistent. */
export async function listOpenWork(table: Table): Promise<OpenWork> {
  const partitions = await Promise.all(
    OPEN_WORK_PARTITIONS.map((partition) =>
      table.all({
        IndexName: INDEX.openWork.name,
        KeyConditionExpression: '#key = :key',
        ExpressionAttributeNames: { '#key': INDEX.openWork.partitionKey },
        ExpressionAttributeValues: { ':key': partition },
      }),
    ),
  );
  const items = partitions.flat();
  const waiting = items.filter(({ SK }) => String(SK).startsWith(SORT_KEY.queuePrefix));
  return {
    budgets: [...new Set(items.map(openBudgetOf))],
    waiting: waiting.map(waitingJobOf),
  };
}
