import type { JobChange } from '../domain/job-change.ts';
import type { WorkerEnd } from '../domain/running.ts';
import { absentOrLocksJob, allOf, type Clause, notSending, workerOver } from './conditions.ts';
import { changeItems, createCommand } from './job-commands.ts';
import { endItem } from './job-rows.ts';
import { queueKey, runningKey } from './keys.ts';
import type { TransactItem, WriteContext } from './writing.ts';

/** The ends of a job, and what becomes of its budget's lock then. */

/** A job that ends: how it does, and the job that is to come after it, written with its end. */
export interface Settlement {
  readonly change: JobChange;
  readonly next?: JobChange | undefined;
}

/** The job ends and gives its budget's lock back, unless a worker may be changing the budget still. */
export function settleCommand(
  settlement: Settlement,
  worker: WorkerEnd,
  context: WriteContext,
): readonly TransactItem[] {
  const idle = worker === 'over' ? [] : [workerOver(context.time)];
  return [
    release(settlement.change, idle, context),
    ...settleKeepingLockCommand(settlement, context),
  ];
}

/** The job ends, and its budget stays locked. */
export function settleKeepingLockCommand(
  { change, next }: Settlement,
  context: WriteContext,
): readonly TransactItem[] {
  return [
    ...changeItems(change, context),
    ended(change, context),
    ...(next === undefined ? [] : createCommand({ change: next }, context)),
  ];
}

/** The job is called off, as long as none of its workers has begun to change the budget: without the lock none can. */
export function cancelCommand(change: JobChange, context: WriteContext): readonly TransactItem[] {
  return [
    release(change, [notSending], context),
    ...changeItems(change, context),
    ended(change, context),
  ];
}

/** The job's end as an item of its own, which the stream makes an event of. The job's own condition lets it end once. */
function ended(
  { record: { job } }: JobChange,
  { tableName: TableName, expiry }: WriteContext,
): TransactItem {
  return { Put: { TableName, Item: endItem(job, expiry) } };
}

/** A running job gives its budget's lock back under these conditions, one that never started leaves the line. */
function release(
  { record: { job } }: JobChange,
  clauses: readonly Clause[],
  { tableName: TableName }: WriteContext,
): TransactItem {
  if (job.startedAt === null) {
    return { Delete: { TableName, Key: queueKey(job.budgetId, job.id) } };
  }
  const condition = allOf(absentOrLocksJob({ jobId: job.id }), ...clauses);
  return { Delete: { TableName, Key: runningKey(job.budgetId), ...condition } };
}
