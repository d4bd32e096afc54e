import type { JobId, Timestamp } from '../domain/ids.ts';
import type { Fence, RunningJob } from '../domain/running.ts';
import { predecessors, type Status } from '../domain/status.ts';

/**
 * Conditions of writes, made of named clauses: a clause has a name, so that each can be spoken of, and taken
 * away in a test to see that it is needed.
 */

export interface Clause {
  readonly name: string;
  readonly expression: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
  readonly ReturnValuesOnConditionCheckFailure: 'ALL_OLD';
}

/** All clauses have to hold. Clauses speak of `#status` for the reserved word. */
export function allOf(...clauses: readonly Clause[]): Condition {
  const ConditionExpression = clauses.map(({ expression }) => `(${expression})`).join(' AND ');
  const values: Clause['values'] = Object.assign({}, ...clauses.map((clause) => clause.values));
  return {
    ConditionExpression,
    ...(ConditionExpression.includes('#status')
      ? { ExpressionAttributeNames: { '#status': 'status' } }
      : {}),
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/** No item lies under the key. */
export const absent: Clause = {
  name: 'absent',
  expression: 'attribute_not_exists(PK)',
  values: {},
};

/** No item, or one whose time to live is over: DynamoDB deletes late. */
export function absentOrExpired(nowEpochSeconds: number): Clause {
  return {
    name: 'absentOrExpired',
    expression: 'attribute_not_exists(PK) OR expiresAt <= :now',
    values: { ':now': nowEpochSeconds },
  };
}

/** The item is there and its time to live is not over. */
export function notExpired(nowEpochSeconds: number): Clause {
  return {
    name: 'notExpired',
    expression: 'expiresAt > :now',
    values: { ':now': nowEpochSeconds },
  };
}

/** The job does not wait in line. */
export const notQueued: Clause = {
  name: 'notQueued',
  expression: '#status <> :queued',
  values: { ':queued': 'queued' },
};

/** Nobody changed the job since it was read. */
export function atVersion(version: number): Clause {
  return has('atVersion', 'version', version);
}

/** The status is one from which this one may be reached. */
export function mayBecome(status: Status): Clause {
  const from = predecessors(status);
  return {
    name: 'mayBecome',
    expression: `#status IN (${from.map((_, index) => `:from${index}`).join(', ')})`,
    values: Object.fromEntries(from.map((value, index) => [`:from${index}`, value])),
  };
}

/** The status is this one already, and remains. */
export function staysAt(status: Status): Clause {
  return { name: 'staysAt', expression: '#status = :status', values: { ':status': status } };
}

/** The lock names this job. */
export function locksJob({ jobId }: Pick<RunningJob, 'jobId'>): Clause {
  return has('locksJob', 'jobId', jobId);
}

/** The lock names this execution. */
export function locksExecution({ executionId }: Pick<Fence, 'executionId'>): Clause {
  return has('locksExecution', 'executionId', executionId);
}

/** The lock names this worker. */
export function locksWorker({ workerId }: Fence): Clause {
  return has('locksWorker', 'workerId', workerId);
}

/** No lock, or this job's own; and so the mark of a budget's last scheduled job. */
export function absentOrLocksJob({ jobId }: Pick<RunningJob, 'jobId'>): Clause {
  return {
    name: 'absentOrLocksJob',
    expression: 'attribute_not_exists(PK) OR jobId = :jobId',
    values: { ':jobId': jobId },
  };
}

/** The job that holds the lock has not begun to change the budget. */
export const notSending: Clause = {
  name: 'notSending',
  expression: 'attribute_not_exists(PK) OR sending = :sending',
  values: { ':sending': false },
};

/** Nobody may be changing the budget by now: there is no worker, it has sent nothing, or its process is over. */
export function workerOver(now: Timestamp): Clause {
  return {
    name: 'workerOver',
    expression: 'sending = :sending OR attribute_not_exists(workerUntil) OR workerUntil <= :time',
    values: { ':sending': false, ':time': now },
  };
}

/** The latest re-run of the job is still this one. */
export function namesRerun(jobId: JobId): Clause {
  return has('namesRerun', 'rerunId', jobId);
}

/** The whole fence: job, execution and worker are still those of the lock. */
export function fenced(fence: Fence): Condition {
  return allOf(locksJob(fence), locksExecution(fence), locksWorker(fence));
}

/** The suggestion waits for a decision still, in the form that is being written or one before it. */
export function pendingAt(revision: number): Clause {
  return {
    name: 'pendingAt',
    expression: '#status = :pending AND revision <= :revision',
    values: { ':pending': 'pending', ':revision': revision },
  };
}

/** The suggestion is the very proposal that was read, whatever was decided about it meanwhile. */
export function atRevision(revision: number): Clause {
  return has('atRevision', 'revision', revision);
}

/** Nobody has approved the suggestion, or approved it in another way, since it was read. */
export function notApprovedSince(updatedAt: string): Clause {
  return {
    name: 'notApprovedSince',
    expression: '#status <> :approved OR updatedAt = :updatedAt',
    values: { ':approved': 'approved', ':updatedAt': updatedAt },
  };
}

/** The suggestion is just as it was read: nobody decided, applied or replaced it meanwhile. */
export function unchangedSuggestion(revision: number, status: string, updatedAt: string): Clause {
  return {
    name: 'unchangedSuggestion',
    expression: '#status = :before AND revision = :revision AND updatedAt = :updatedAt',
    values: { ':before': status, ':revision': revision, ':updatedAt': updatedAt },
  };
}

/** At least one of the two holds. */
export function either(one: Clause, other: Clause): Clause {
  return {
    name: `${one.name}Or${other.name}`,
    expression: `(${one.expression}) OR (${other.expression})`,
    values: { ...one.values, ...other.values },
  };
}

/** An attribute has a value. */
function has(name: string, attribute: string, value: unknown): Clause {
  return {
    name,
    expression: `${attribute} = :${attribute}`,
    values: { [`:${attribute}`]: value },
  };
}
