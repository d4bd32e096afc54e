import type { JobId, Timestamp } from '../domain/ids.ts';
import type { Job, JobInput } from '../domain/job.ts';
import type { JobChange } from '../domain/job-change.ts';
import type { Fence, RunningJob } from '../domain/running.ts';
import {
  absent,
  absentOrExpired,
  allOf,
  atVersion,
  type Clause,
  fenced,
  locksExecution,
  locksJob,
  mayBecome,
  namesRerun,
  notExpired,
  staysAt,
} from './conditions.ts';
import { eventItem, inputItem, jobItem, rerunItem, stepItem } from './job-rows.ts';
import { jobKey, type Key, queueKey, runningKey, stepKey } from './keys.ts';
import { queueItem, runningItem } from './line-rows.ts';
import { putRequest, type RequestRecord } from './requests.ts';
import type { TransactItem, WriteContext } from './writing.ts';

/** The writes of a job as pure functions: each gives the one transaction that makes the change. */

export interface JobCreation {
  readonly change: JobChange;
  readonly input?: JobInput;
  /** Present when the caller sent an idempotency key. */
  readonly request?: RequestRecord;
}

/** A job is repeated by one job at a time. */
export interface Repetition {
  readonly of: Job;
  /** The job that repeats it as it was read, which is gone; undefined when there was none. */
  readonly before: JobId | undefined;
}

/** The idempotency record comes first, so that its place in a refusal is known. */
export function createCommand(
  creation: JobCreation,
  context: WriteContext,
): readonly TransactItem[] {
  const { change, input, request } = creation;
  const { job } = change.record;
  const put = (Item: Record<string, unknown>): TransactItem => ({
    Put: { TableName: context.tableName, Item, ...allOf(absent) },
  });
  return [
    ...(request === undefined ? [] : [putRequest(request, job.id, context)]),
    put(jobItem(job, context.expiry)),
    ...change.changedSteps.map((step) => put(stepItem(step, job, context.expiry))),
    ...change.events.map((event) => put(eventItem(event, job, context.expiry))),
    ...(input === undefined ? [] : [put(inputItem(input, job, context.expiry))]),
    put(queueItem(job)),
  ];
}

/** The same for a job that repeats another one, as long as no other does. */
export function repeatCommand(
  creation: JobCreation,
  { of, before }: Repetition,
  context: WriteContext,
): readonly TransactItem[] {
  const rerun: TransactItem = {
    Put: {
      TableName: context.tableName,
      Item: rerunItem(of.id, creation.change.record.job, context.expiry),
      ...allOf(before === undefined ? absentOrExpired(context.now) : namesRerun(before)),
    },
  };
  const gone = before === undefined ? [] : [goneCheck(jobKey(before), context)];
  return [...createCommand(creation, context), rerun, ...gone];
}

/**
 * There is no such item, or its time is over. A read that does not find it says less: it may come while the transaction is
 * committed that makes the item, and find what names it already.
 */
export function goneCheck(
  key: Key,
  context: Pick<WriteContext, 'tableName' | 'now'>,
): TransactItem {
  return check(key, absentOrExpired(context.now), context);
}

/** Nothing is written unless the item is so. */
export function check(
  Key: Key,
  clause: Clause,
  { tableName: TableName }: Pick<WriteContext, 'tableName'>,
): TransactItem {
  return { ConditionCheck: { TableName, Key, ...allOf(clause) } };
}

/** The job leaves the line and takes the budget's lock. */
export function claimCommand(
  change: JobChange,
  running: RunningJob,
  context: WriteContext,
): readonly TransactItem[] {
  const { tableName: TableName } = context;
  return [
    { Put: { TableName, Item: runningItem(running), ...allOf(absent) } },
    { Delete: { TableName, Key: queueKey(running.budgetId, running.jobId) } },
    ...changeItems(change, context),
  ];
}

/**
 * The worker writes itself into the lock, which comes first, and the step starts. Where it takes over one that runs, the job and the step still
 * have to be as they were read: a lock can outlast its job.
 */
export function beginStepCommand(
  change: JobChange,
  fence: Fence,
  workerUntil: Timestamp,
  context: WriteContext,
): readonly TransactItem[] {
  const { tableName: TableName } = context;
  const condition = allOf(locksJob(fence), locksExecution(fence));
  const unchanged = [
    check(jobKey(fence.jobId), atVersion(change.before), context),
    // Of one whose end is being committed no more may have been seen than that the job changed.
    ...change.record.steps
      .filter(({ status }) => status === 'running')
      .map(({ jobId, position }) => check(stepKey(jobId, position), staysAt('running'), context)),
  ];
  return [
    {
      Update: {
        TableName,
        Key: runningKey(fence.budgetId),
        UpdateExpression: 'SET workerId = :workerId, workerUntil = :workerUntil',
        ...condition,
        ExpressionAttributeValues: {
          ...condition.ExpressionAttributeValues,
          ':workerId': fence.workerId,
          ':workerUntil': workerUntil,
        },
      },
    },
    ...(change.events.length === 0 ? unchanged : changeItems(change, context)),
  ];
}

/** A change that only the worker named in the lock may make. */
export function writeStepCommand(
  change: JobChange,
  fence: Fence,
  context: WriteContext,
): readonly TransactItem[] {
  return [fenceCheck(fence, context.tableName), ...changeItems(change, context)];
}

/** The lock still names this job, execution and worker. */
export function fenceCheck(fence: Fence, TableName: string): TransactItem {
  return { ConditionCheck: { TableName, Key: runningKey(fence.budgetId), ...fenced(fence) } };
}

/** The worker is about to change the budget on its server: too late to cancel from here on. */
export function beginSendingCommand(fence: Fence, TableName: string): TransactItem {
  const condition = fenced(fence);
  return {
    Update: {
      TableName,
      Key: runningKey(fence.budgetId),
      UpdateExpression: 'SET sending = :sending',
      ...condition,
      ExpressionAttributeValues: { ...condition.ExpressionAttributeValues, ':sending': true },
    },
  };
}

/** The job at its new version, the steps that changed, and an event for each change. */
export function changeItems(change: JobChange, context: WriteContext): readonly TransactItem[] {
  const { tableName: TableName, expiry, now } = context;
  const { job } = change.record;
  const jobMoved = change.events.some((event) => event.stepId === null);
  const status = jobMoved ? mayBecome(job.status) : staysAt(job.status);
  return [
    {
      Put: {
        TableName,
        Item: jobItem(job, expiry),
        ...allOf(atVersion(change.before), status, notExpired(now)),
      },
    },
    ...change.changedSteps.map((step) => ({
      Put: {
        TableName,
        Item: stepItem(step, job, expiry),
        // Whoever read it while its beginning was being committed may know of the job's change alone, and not of the step's.
        ...allOf(step.startedAt === null ? staysAt('queued') : mayBecome(step.status)),
      },
    })),
    ...change.events.map((event) => ({
      Put: { TableName, Item: eventItem(event, job, expiry), ...allOf(absent) },
    })),
  ];
}
