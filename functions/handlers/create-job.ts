import { type SubmitPorts, submit } from '../jobs/submit.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { NewJobBody } from './http/new-job-body.ts';
import { parseBody, parseQuery } from './http/request.ts';
import { NoQuery } from './http/request-schemas.ts';
import { type Route, route } from './http/route.ts';
import { requesterOf, submissionAnswer } from './http/submission.ts';
import { logger } from './logger.ts';

/** POST /jobs */

export function createJobRoute(ports: SubmitPorts, stateMachineArn: string): Route {
  return async (event) => {
    parseQuery(NoQuery, event);
    const { budgetId, ...work } = parseBody(NewJobBody, event);
    logger.appendKeys({ budgetId });
    const requester = requesterOf(event, { budgetId, ...work });
    const submitted = await submit(ports, { budgetId, work, ...requester });
    return submissionAnswer(submitted, event, stateMachineArn);
  };
}

const environment = readEnvironment('tableName', 'retentionDays', 'stateMachineArn');
const { jobs, meter } = openJobs(environment);

export const handler = route(
  guarded(createJobRoute({ jobs, ...clockAndIds }, environment.stateMachineArn)),
  meter,
);
