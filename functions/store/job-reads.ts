import type { JobId } from '../domain/ids.ts';
import type { Job, JobHistory, JobRecord, WholeJob } from '../domain/job.ts';
import { isTerminal } from '../domain/status.ts';
import { NotAllSeenYetError } from './errors.ts';
import { goneCheck } from './job-commands.ts';
import { eventOf, inputOf, jobOf, stepOf } from './job-rows.ts';
import {
  EVENT_PREFIX,
  inputKey,
  JOB_SORT_KEY,
  jobPartition,
  type Key,
  STEP_PREFIX,
} from './keys.ts';
import { type Item, isExpired } from './rows.ts';
import type { Table } from './table.ts';

/** One job as it was last written: with its steps, with its lists, with its history. What has expired is not there. */

export function readJob(
  table: Table,
  jobId: JobId,
  nowEpochSeconds: number,
): Promise<JobRecord | undefined> {
  return readAgainInPart(
    async () => recordIn(await itemsOf(table, jobId, JOB_SORT_KEY), nowEpochSeconds),
    isWithItsSteps,
  );
}

export function readWithInput(
  table: Table,
  jobId: JobId,
  nowEpochSeconds: number,
): Promise<WholeJob | undefined> {
  // An input sorts right before its job.
  const from = inputKey(jobId).SK;
  return readAgainInPart(
    async (): Promise<WholeJob | undefined> => {
      const items = await itemsOf(table, jobId, from);
      const [first, ...rest] = items;
      if (first?.SK !== from) return recordIn(items, nowEpochSeconds);
      const record = recordIn(rest, nowEpochSeconds);
      return record && { ...record, input: inputOf(first) };
    },
    (found) =>
      isWithItsSteps(found) &&
      (found.input !== undefined || found.job.metadata.suggestionCount === undefined),
  );
}

export function readHistory(
  table: Table,
  jobId: JobId,
  nowEpochSeconds: number,
): Promise<JobHistory | undefined> {
  return readAgainInPart(
    async () => {
      // Events sort before the job, so one range has both.
      const items = await range(table, jobId, EVENT_PREFIX, JOB_SORT_KEY);
      const last = items.at(-1);
      if (last?.SK !== JOB_SORT_KEY || isExpired(last, nowEpochSeconds)) return undefined;
      const events = items.filter(({ SK }) => String(SK).startsWith(EVENT_PREFIX));
      return { job: jobOf(last), events: events.map(eventOf) };
    },
    ({ job, events }) => [job, ...events].every(({ version }) => version <= events.length),
  );
}

/**
 * A query that comes while a transaction is committed may see a part of it: then it is sent once more.
 *
 * @throws NotAllSeenYetError when a job that has not ended is seen in part again: whoever went on from that would leave its
 * steps as they are. Of one that has ended some may have been deleted before the rest.
 */
async function readAgainInPart<Found extends { readonly job: Job }>(
  read: () => Promise<Found | undefined>,
  isWhole: (found: Found) => boolean,
): Promise<Found | undefined> {
  const found = await read();
  if (found === undefined || isWhole(found)) return found;
  const again = await read();
  if (again === undefined || isWhole(again) || isTerminal(again.job.status)) return again;
  throw new NotAllSeenYetError();
}

/**
 * What a read did not find is gone.
 *
 * @throws NotAllSeenYetError when it is there: it is being written, and will be seen.
 */
export async function requireNothingAt(table: Table, key: Key, now: number): Promise<void> {
  const check = goneCheck(key, { tableName: table.name, now });
  if ((await table.write([check])) === 'conflict') throw new NotAllSeenYetError();
}

/** Its version counts what it and they became. */
function isWithItsSteps({ job, steps }: JobRecord): boolean {
  const became = [job, ...steps].flatMap(({ startedAt, completedAt }) => [
    'queued',
    startedAt,
    completedAt,
  ]);
  return became.filter((time) => time !== null).length === job.version;
}

/** A job's items from this sort key on, up to its steps. */
function itemsOf(table: Table, jobId: JobId, from: string): Promise<readonly Item[]> {
  return range(table, jobId, from, `${STEP_PREFIX}~`);
}

function range(table: Table, jobId: JobId, from: string, to: string): Promise<readonly Item[]> {
  return table.all({
    KeyConditionExpression: 'PK = :pk AND SK BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': jobPartition(jobId), ':from': from, ':to': to },
    ConsistentRead: true,
  });
}

/** @param items a job's own, and what sorts behind it. */
function recordIn(
  [first, ...rest]: readonly Item[],
  nowEpochSeconds: number,
): JobRecord | undefined {
  if (first?.SK !== JOB_SORT_KEY || isExpired(first, nowEpochSeconds)) return undefined;
  const steps = rest.filter(({ SK }) => String(SK).startsWith(STEP_PREFIX));
  return { job: jobOf(first), steps: steps.map(stepOf) };
}
