import { budgetId, jobId, stepId } from '../../functions/domain/ids.ts';
import type { Job } from '../../functions/domain/job.ts';
import { createJob, endJob } from '../../functions/domain/transitions.ts';
import type { JobFilter } from '../../functions/store/job-listing.ts';
import { expiryAfter, jobItem } from '../../functions/store/job-rows.ts';
import { Table, type TableOptions } from '../../functions/store/table.ts';
import { context, uuid } from '../domain/builders.ts';

/** A budget with very many jobs: of three types in turn, every fourth one canceled, the others queued. */

const HOME = budgetId(uuid(0xb1));

const TYPES = ['budget_sync', 'suggestions_generate', 'snapshot_create'] as const;

/** One of each kind of listing. */
export const FILTERS: readonly JobFilter[] = [
  { budgetId: HOME },
  { budgetId: HOME, type: 'snapshot_create' },
  { budgetId: HOME, status: 'queued' },
  { budgetId: HOME, type: 'budget_sync', status: 'queued' },
];

export const nameOf = ({ budgetId: _, ...filter }: JobFilter) =>
  Object.values(filter).join(' and ') || 'all';

export const matches = (job: Job, { type = job.type, status = job.status }: JobFilter) =>
  job.type === type && job.status === status;

/** The `n`th job of the budget, as it is created. */
export function newJob(n: number) {
  const work = { type: TYPES[n % TYPES.length] ?? TYPES[0] };
  const newStepId = () => stepId(uuid(1));
  return createJob(
    { id: jobId(uuid(n)), budgetId: HOME, work, trigger: 'api', newStepId },
    context(n),
  );
}

/** The `n`th job of the budget, as it stands. */
export function jobOf(n: number): Job {
  const { record } = newJob(n);
  return n % 4 === 0
    ? endJob(record, { status: 'canceled' }, context(n + 1)).record.job
    : record.job;
}

/** What a transaction holds. */
const AT_ONCE = 100;

/** Writes the rows of jobs `from` to `to`, which are all that a listing reads. @returns the jobs, newest first. */
export async function fill(
  options: Pick<TableOptions, 'client' | 'tableName'>,
  from: number,
  to: number,
): Promise<readonly Job[]> {
  const table = new Table(options);
  const jobs: Job[] = [];
  for (let n = from; n <= to; n += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, to - n + 1) }, (_, i) => jobOf(n + i));
    await table.transact(
      some.map((job) => ({
        Put: { TableName: table.name, Item: jobItem(job, expiryAfter(3650)) },
      })),
    );
    jobs.push(...some);
  }
  return jobs.reverse();
}
