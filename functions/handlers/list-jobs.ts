import type { Job } from '../domain/job.ts';
import type { JobFilter, JobPage, PageRequest } from '../store/job-listing.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { jobView } from './http/job-view.ts';
import { parseQuery } from './http/request.ts';
import { ListJobsQuery, PAGE_SIZE } from './http/request-schemas.ts';
import { type Route, route } from './http/route.ts';
import { logger } from './logger.ts';

/** GET /jobs */

export interface ListedJobs {
  list(filter: JobFilter, page: PageRequest): Promise<JobPage>;
}

export function listJobsRoute(jobs: ListedJobs, stateMachineArn: string): Route {
  return async (event) => {
    const { limit = PAGE_SIZE, cursor, ...filter } = parseQuery(ListJobsQuery, event);
    logger.appendKeys({ budgetId: filter.budgetId });
    const page = await jobs.list(filter, { limit, ...(cursor === undefined ? {} : { cursor }) });
    const view = (job: Job) => jobView(job, stateMachineArn);
    return { status: 200, body: { jobs: page.jobs.map(view), nextCursor: page.nextCursor } };
  };
}

const environment = readEnvironment('tableName', 'stateMachineArn');
const { jobs, meter } = openJobs(environment);

export const handler = route(guarded(listJobsRoute(jobs, environment.stateMachineArn)), meter);
