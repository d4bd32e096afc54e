import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { BudgetId } from '../domain/ids.ts';
import type { Job, JobType } from '../domain/job.ts';
import type { Status } from '../domain/status.ts';
import { INDEX } from '../names.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { jobOf } from './job-rows.ts';
import type { Table } from './table.ts';

/** Listings of a budget's jobs, newest first, in pages. */

export interface JobFilter {
  readonly budgetId: BudgetId;
  readonly type?: JobType;
  readonly status?: Status;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  /** Null when there are no more. A page may be short, even empty, with more to come. */
  readonly nextCursor: string | null;
}

/** How many queries one page may cost when a filter leaves most of what it reads out. */
const QUERIES_PER_PAGE = 10;

/** @throws InvalidCursorError when the cursor is not one of this listing. */
export async function listJobs(
  table: Table,
  filter: JobFilter,
  request: PageRequest,
  nowEpochSeconds: number,
): Promise<JobPage> {
  const listing = listingOf(filter);
  let last = request.cursor === undefined ? undefined : decodeCursor(listing, request.cursor);
  const jobs: Job[] = [];
  for (let query = 0; query < QUERIES_PER_PAGE; query += 1) {
    const { items, next } = await table.page({
      ...queryOf(filter, last, nowEpochSeconds),
      Limit: request.limit,
    });
    for (const item of items) {
      const job = jobOf(item);
      jobs.push(job);
      last = job.id;
      if (jobs.length === request.limit) {
        const isLast = next === undefined && item === items.at(-1);
        return { jobs, nextCursor: isLast ? null : encodeCursor(listing, job.id) };
      }
    }
    if (next === undefined) return { jobs, nextCursor: null };
    last = String(next.jobId);
  }
  return { jobs, nextCursor: last === undefined ? null : encodeCursor(listing, last) };
}

function listingOf({ budgetId, type, status }: JobFilter): string {
  return `jobs ${budgetId} ${type ?? '*'} ${status ?? '*'}`;
}

/** Statuses that most jobs end in: their listing is no narrower than that of a type. */
const COMMON: readonly Status[] = ['succeeded'];

function queryOf(
  { budgetId, type, status }: JobFilter,
  last: string | undefined,
  now: number,
): Omit<QueryCommandInput, 'TableName'> {
  const byStatus = status !== undefined && !(type !== undefined && COMMON.includes(status));
  const part = byStatus ? status : type;
  const partIndex = byStatus ? INDEX.jobsByStatus : INDEX.jobsByType;
  const index = part === undefined ? INDEX.jobsByBudget : partIndex;
  const key = part === undefined ? budgetId : `${budgetId}#${part}`;
  const filtersType = byStatus && type !== undefined;
  const filtersStatus = !byStatus && status !== undefined;
  return {
    IndexName: index.name,
    ScanIndexForward: false,
    KeyConditionExpression:
      last === undefined ? '#key = :key' : `#key = :key AND ${index.sortKey} < :last`,
    FilterExpression: [
      'expiresAt > :now',
      ...(filtersType ? ['#type = :type'] : []),
      ...(filtersStatus ? ['#status = :status'] : []),
    ].join(' AND '),
    ExpressionAttributeNames: {
      '#key': index.partitionKey,
      ...(filtersType ? { '#type': 'type' } : {}),
      ...(filtersStatus ? { '#status': 'status' } : {}),
    },
    ExpressionAttributeValues: {
      ':key': key,
      ':now': now,
      ...(last === undefined ? {} : { ':last': last }),
      ...(filtersType ? { ':type': type } : {}),
      ...(filtersStatus ? { ':status': status } : {}),
    },
  };
}
