import { type CancelPorts, cancel } from '../jobs/cancel.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openExecutions } from './adapters/executions.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { recordView } from './http/job-view.ts';
import { conflict, ProblemError } from './http/problem.ts';
import { callerOf, parseNoBody, parsePath, parseQuery } from './http/request.ts';
import { JobPath, NoQuery } from './http/request-schemas.ts';
import { type GuardedRoute, route } from './http/route.ts';
import { describeError, logger } from './logger.ts';

/** POST /jobs/{jobId}/cancel */

const TOO_LATE = {
  succeeded: 'The job has succeeded already.',
  failed: 'The job has failed already.',
  sending:
    'Too late: the job has begun to send its changes to the Actual server. Wait for its end.',
} as const;

export function cancelJobRoute(ports: CancelPorts, stateMachineArn: string): GuardedRoute {
  return async (event, _context, isThere) => {
    const { jobId } = parsePath(JobPath, event);
    parseQuery(NoQuery, event);
    parseNoBody(event);
    logger.appendKeys({ jobId });
    const canceled = await cancel(ports, { jobId, requestedBy: callerOf(event), isThere });
    switch (canceled.kind) {
      case 'unknown':
        throw new ProblemError('not-found', 'There is no job with this id.');
      case 'too_late':
        throw new ProblemError('job-not-cancelable', TOO_LATE[canceled.because]);
      case 'conflict':
        throw conflict('The job changed again and again. Send it again.');
      case 'canceled': {
        if (canceled.stopFailure !== undefined) {
          const error = describeError(canceled.stopFailure);
          logger.error('the execution was not stopped; its steps end by themselves', { error });
        }
        return { status: 200, body: recordView(canceled.record, stateMachineArn) };
      }
    }
  };
}

const environment = readEnvironment('tableName', 'retentionDays', 'stateMachineArn');
const { jobs, meter } = openJobs(environment);
const executions = openExecutions(environment.stateMachineArn, meter);

export const handler = route(
  guarded(cancelJobRoute({ jobs, executions, ...clockAndIds }, environment.stateMachineArn)),
  meter,
);
