import type { JobId } from '../domain/ids.ts';
import type { JobRecord } from '../domain/job.ts';
import { isTerminal } from '../domain/status.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { unlessKnown } from './http/conditional.ts';
import { recordView } from './http/job-view.ts';
import { ProblemError } from './http/problem.ts';
import { parsePath, parseQuery } from './http/request.ts';
import { GetJobQuery, JobPath } from './http/request-schemas.ts';
import { type GuardedRoute, route } from './http/route.ts';
import { logger } from './logger.ts';

/** GET /jobs/{jobId} */

export interface WaitPorts {
  readonly jobs: { get(jobId: JobId): Promise<JobRecord | undefined> };
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Looks again after these times: soon at first, then seldom enough to cost little. */
const FIRST_LOOK_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
/** Left of the function's own time for the last look and the answer. */
const TIME_TO_ANSWER_MS = 3_000;

export function getJobRoute(ports: WaitPorts, stateMachineArn: string): GuardedRoute {
  return async (event, context, isThere) => {
    const { jobId } = parsePath(JobPath, event);
    const { wait = 0 } = parseQuery(GetJobQuery, event);
    logger.appendKeys({ jobId });
    const longest = context.getRemainingTimeInMillis() - TIME_TO_ANSWER_MS;
    const lookup = async () => {
      const record = await ports.jobs.get(jobId);
      return record !== undefined && isThere(record.job.budgetId) ? record : undefined;
    };
    const record = await whenEnded(ports, lookup, Math.min(wait * 1000, longest));
    logger.appendKeys({ budgetId: record?.job.budgetId });
    if (record === undefined) throw new ProblemError('not-found', 'There is no job with this id.');
    return unlessKnown(event, recordView(record, stateMachineArn));
  };
}

/** The job as soon as it has ended, or as it is when the time is over. */
async function whenEnded(
  { clock, sleep }: WaitPorts,
  lookup: () => Promise<JobRecord | undefined>,
  milliseconds: number,
): Promise<JobRecord | undefined> {
  const until = clock() + milliseconds;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const record = await lookup();
    const left = until - clock();
    if (record === undefined || isTerminal(record.job.status) || left <= 0) return record;
    await sleep(Math.min(pause, left));
  }
}

const environment = readEnvironment('tableName', 'stateMachineArn');
const { jobs, meter } = openJobs(environment);

export const handler = route(
  guarded(
    getJobRoute(
      {
        jobs,
        clock: Date.now,
        sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      },
      environment.stateMachineArn,
    ),
  ),
  meter,
);
