import { budgetId, executionId, jobId, timestamp, workerId } from '../../functions/domain/ids.ts';
import * as conditions from '../../functions/store/conditions.ts';

const JOB = jobId('01900000-0000-7000-8000-000000000001');
const TIME = timestamp('2026-01-01T00:00:00.000Z');
const FENCE = {
  budgetId: budgetId('01900000-0000-7000-8000-000000000002'),
  jobId: JOB,
  executionId: executionId('execution'),
  workerId: workerId('worker'),
};

/** What makes conditions of clauses, and is none. */
type Joins = 'allOf' | 'either' | 'fenced';

/** Each clause that conditions.ts has, with values that do not matter: a new one has its place here. */
export const EXPORTED: Readonly<
  Record<Exclude<keyof typeof conditions, Joins>, conditions.Clause>
> = {
  absent: conditions.absent,
  absentOrExpired: conditions.absentOrExpired(0),
  notExpired: conditions.notExpired(0),
  notQueued: conditions.notQueued,
  atVersion: conditions.atVersion(0),
  mayBecome: conditions.mayBecome('canceled'),
  staysAt: conditions.staysAt('queued'),
  locksJob: conditions.locksJob(FENCE),
  locksExecution: conditions.locksExecution(FENCE),
  locksWorker: conditions.locksWorker(FENCE),
  absentOrLocksJob: conditions.absentOrLocksJob(FENCE),
  notSending: conditions.notSending,
  workerOver: conditions.workerOver(TIME),
  namesRerun: conditions.namesRerun(JOB),
  pendingAt: conditions.pendingAt(1),
  rejectedBefore: conditions.rejectedBefore(1),
  atRevision: conditions.atRevision(1),
  unchangedSuggestion: conditions.unchangedSuggestion(1, 'pending', TIME),
};
