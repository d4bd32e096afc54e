import type { JobId } from '../domain/ids.ts';
import type { JobEvent } from '../domain/job.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { ProblemError } from './http/problem.ts';
import { parsePath, parseQuery } from './http/request.ts';
import { JobPath, NoQuery } from './http/request-schemas.ts';
import { type Route, route } from './http/route.ts';
import { logger } from './logger.ts';

/** GET /jobs/{jobId}/events */

export interface JobHistory {
  events(jobId: JobId): Promise<readonly JobEvent[]>;
}

export function listJobEventsRoute(jobs: JobHistory): Route {
  return async (event) => {
    const { jobId } = parsePath(JobPath, event);
    parseQuery(NoQuery, event);
    logger.appendKeys({ jobId });
    const events = await jobs.events(jobId);
    // Creation writes the first event, so a job without any is none.
    if (events.length === 0) throw new ProblemError('not-found', 'There is no job with this id.');
    return { status: 200, body: { events } };
  };
}

const environment = readEnvironment('tableName');
const { jobs, meter } = openJobs(environment);

export const handler = route(guarded(listJobEventsRoute(jobs), jobs), meter);
