import * as conditions from '../../functions/store/conditions.ts';
import { at, FENCE, JOB } from '../domain/builders.ts';

const TIME = at(0);

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
  atRevision: conditions.atRevision(1),
  notApprovedSince: conditions.notApprovedSince(TIME),
  unchangedSuggestion: conditions.unchangedSuggestion(1, 'pending', TIME),
};
