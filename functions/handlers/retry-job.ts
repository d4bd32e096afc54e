import type { JobId } from '../domain/ids.ts';
import { isTerminal } from '../domain/status.ts';
import { type Retried, type RetryPorts, retry } from '../jobs/retry.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { APPROVAL, lacking } from './http/access.ts';
import { conflict, ProblemError, retryAfter } from './http/problem.ts';
import { parseNoBody, parsePath, parseQuery } from './http/request.ts';
import { JobPath, NoQuery, WAIT_SECONDS_MAX } from './http/request-schemas.ts';
import { type GuardedRoute, route } from './http/route.ts';
import { requesterOf, submissionAnswer } from './http/submission.ts';
import { logger } from './logger.ts';

/** POST /jobs/{jobId}/retry */

const REFUSALS = {
  queued: 'The job waits in line: it will run by itself.',
  running: 'The job is running. Wait for its end.',
  succeeded: 'The job succeeded. Create a new job to do the same once more.',
} as const;

export function retryJobRoute(ports: RetryPorts, stateMachineArn: string): GuardedRoute {
  return async (event, _context, isThere, may) => {
    const { jobId } = parsePath(JobPath, event);
    parseQuery(NoQuery, event);
    parseNoBody(event);
    logger.appendKeys({ jobId });
    const mayApprove = may(APPROVAL);
    const requester = requesterOf(event, null);
    const retried = await retry(ports, { jobId, ...requester, isThere, mayApprove });
    switch (retried.kind) {
      case 'not_allowed':
        throw lacking([APPROVAL]);
      case 'unknown':
        throw new ProblemError('not-found', 'There is no job with this id.');
      case 'refused':
        throw new ProblemError(
          'job-not-retryable',
          refusalOf(retried, jobId),
          isTerminal(retried.status) ? {} : retryAfter(WAIT_SECONDS_MAX),
        );
      case 'conflict':
        throw conflict('Others ran the job again at the same time. Send it again.');
      case 'forgotten':
        throw new ProblemError(
          'job-not-retryable',
          'What the job worked on is not kept any more. Create a new job.',
        );
      default:
        return submissionAnswer(retried, event, stateMachineArn);
    }
  };
}

function refusalOf(
  { status, by }: Extract<Retried, { readonly kind: 'refused' }>,
  asked: JobId,
): string {
  return by === asked
    ? REFUSALS[status]
    : `The job was run again as ${by}, which succeeded. Create a new job to do the same once more.`;
}

const environment = readEnvironment('tableName', 'retentionDays', 'stateMachineArn');
const { jobs, meter } = openJobs(environment);

export const handler = route(
  guarded(retryJobRoute({ jobs, ...clockAndIds }, environment.stateMachineArn)),
  meter,
);
