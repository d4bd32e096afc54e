import { setTimeout as sleep } from 'node:timers/promises';
import type { JobId } from '../domain/ids.ts';
import type { JobRecord, WholeJob } from '../domain/job.ts';
import { isTerminal } from '../domain/status.ts';
import { StoreUnavailableError } from '../store/errors.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { unlessKnown } from './http/conditional.ts';
import { wholeJobView } from './http/job-view.ts';
import { ProblemError } from './http/problem.ts';
import { parsePath, parseQuery } from './http/request.ts';
import { GetJobQuery, JobPath } from './http/request-schemas.ts';
import { type GuardedRoute, route } from './http/route.ts';
import { logger } from './logger.ts';

/** GET /jobs/{jobId} */

export interface WaitPorts {
  readonly jobs: {
    /** With the lists that the job works on. */
    whole(jobId: JobId): Promise<WholeJob | undefined>;
    get(jobId: JobId): Promise<JobRecord | undefined>;
  };
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Looks again after this share of the time that the job took so far: the wait is over by so much later than the job. */
const PAUSE_SHARE = 0.05;
/** No sooner, and no later: a look is a read unit of the table. */
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** Left of the function's own time for the last look and the answer. */
const TIME_TO_ANSWER_MS = 3_000;

export function getJobRoute(ports: WaitPorts, stateMachineArn: string): GuardedRoute {
  return async (event, context, isThere) => {
    const { jobId } = parsePath(JobPath, event);
    const { wait = 0 } = parseQuery(GetJobQuery, event);
    logger.appendKeys({ jobId });
    const longest = context.getRemainingTimeInMillis() - TIME_TO_ANSWER_MS;
    const from = ports.clock();
    const first = await ports.jobs.whole(jobId);
    if (first === undefined || !isThere(first.job.budgetId)) throw unknown();
    const record = await whenEnded(ports, first, from, Math.min(wait * 1000, longest));
    if (record === undefined) throw unknown();
    // What a job works on never changes.
    return unlessKnown(event, wholeJobView({ ...first, ...record }, stateMachineArn));
  };
}

function unknown(): ProblemError {
  return new ProblemError('not-found', 'There is no job with this id.');
}

/** The job as soon as it has ended, or as it is when the time is over. @param first as it was found at the beginning. */
async function whenEnded(
  { jobs, clock, sleep }: WaitPorts,
  first: JobRecord,
  from: number,
  milliseconds: number,
): Promise<JobRecord | undefined> {
  const until = from + milliseconds;
  let record: JobRecord | undefined = first;
  for (;;) {
    const left = until - clock();
    if (record === undefined || hasEnded(record) || left <= 0) return record;
    await sleep(Math.min(pauseAfter(clock() - from, clock() - begunAt(record)), left));
    const before: JobRecord = record;
    record = await jobs.get(first.job.id).catch((error: unknown) => {
      // Whoever waits comes just as the end is being committed, and may see a part of it.
      if (error instanceof StoreUnavailableError && clock() < until) return before;
      throw error;
    });
  }
}

/** Its end is one write with that of its steps: a step that goes on shows that not all of it is seen yet. */
function hasEnded({ job, steps }: JobRecord): boolean {
  return [job, ...steps].every(({ status }) => isTerminal(status));
}

/** @param times for how long somebody waits, and the job runs: a clock that is wrong makes one of them too short. */
function pauseAfter(...times: readonly number[]): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, PAUSE_SHARE * Math.max(...times)));
}

function begunAt({ job }: JobRecord): number {
  return Date.parse(job.startedAt ?? job.createdAt);
}

const environment = readEnvironment('tableName', 'stateMachineArn');
const { jobs, meter } = openJobs(environment);

export const handler = route(
  guarded(
    getJobRoute(
      {
        jobs,
        clock: Date.now,
        sleep,
      },
      environment.stateMachineArn,
    ),
  ),
  meter,
);
