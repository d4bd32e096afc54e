import type { JobId } from '../domain/ids.ts';
import type { JobHistory } from '../domain/job.ts';
import { HistoryStore } from '../store/history-store.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { tableClient } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { ProblemError } from './http/problem.ts';
import { parsePath, parseQuery } from './http/request.ts';
import { JobPath, NoQuery } from './http/request-schemas.ts';
import { type GuardedRoute, route } from './http/route.ts';
import { logger } from './logger.ts';

/** GET /jobs/{jobId}/events */

export interface JobHistories {
  history(jobId: JobId): Promise<JobHistory | undefined>;
}

export function listJobEventsRoute(jobs: JobHistories): GuardedRoute {
  return async (event, _context, isThere) => {
    const { jobId } = parsePath(JobPath, event);
    parseQuery(NoQuery, event);
    logger.appendKeys({ jobId });
    const found = await jobs.history(jobId);
    if (found === undefined || !isThere(found.job.budgetId)) {
      throw new ProblemError('not-found', 'There is no job with this id.');
    }
    return { status: 200, body: { events: found.events } };
  };
}

const { tableName } = readEnvironment('tableName');
const { client, meter } = tableClient();
const histories = new HistoryStore({ client, tableName, now: clockAndIds.now });

export const handler = route(guarded(listJobEventsRoute(histories)), meter);
