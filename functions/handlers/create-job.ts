import type { Work } from '../domain/job.ts';
import { type SubmitPorts, submit } from '../jobs/submit.ts';
import { identity } from './adapters/identity.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { recordView } from './http/job-view.ts';
import { ProblemError } from './http/problem.ts';
import { callerOf, hashOf, parseBody, parseHeader, parseQuery } from './http/request.ts';
import { IdempotencyKey, NewJobBody, NoQuery } from './http/request-schemas.ts';
import { type Route, route } from './http/route.ts';
import { logger } from './logger.ts';

/** POST /jobs */

/** Types of the data model that this version cannot run yet. */
const NOT_BUILT: readonly Work['type'][] = [
  'suggestions_apply',
  'snapshot_create',
  'snapshot_redownload',
];

export function createJobRoute(ports: SubmitPorts, stateMachineArn: string): Route {
  return async (event) => {
    parseQuery(NoQuery, event);
    const key = parseHeader(IdempotencyKey, event, 'Idempotency-Key');
    const { budgetId, ...work } = parseBody(NewJobBody, event);
    requireBuilt(work);
    const caller = callerOf(event);
    const { method, path } = event.requestContext.http;
    const submitted = await submit(ports, {
      budgetId,
      work,
      requestedBy: caller,
      ...(key === undefined
        ? {}
        : {
            request: {
              key: hashOf(caller, method, path, key),
              bodyHash: hashOf(JSON.stringify({ budgetId, ...work })),
            },
          }),
    });
    if (submitted.kind === 'key_reused') {
      throw new ProblemError(
        'idempotency-key-reused',
        'This Idempotency-Key came with another body before. Use a new key for a new request.',
        { errors: [{ field: 'Idempotency-Key', message: 'was used with another body' }] },
      );
    }
    const { job } = submitted.record;
    logger.appendKeys({ jobId: job.id, budgetId: job.budgetId });
    return {
      status: 201,
      headers: {
        location: `/jobs/${job.id}`,
        ...(submitted.kind === 'replayed' ? { 'idempotency-replayed': 'true' } : {}),
      },
      body: recordView(submitted.record, stateMachineArn),
    };
  };
}

function requireBuilt(work: Work): void {
  if (NOT_BUILT.includes(work.type)) {
    throw new ProblemError('not-implemented', `Jobs of type ${work.type} cannot be run yet.`);
  }
  if ('bankSync' in work && work.bankSync === true) {
    throw new ProblemError('not-implemented', 'bankSync cannot be run yet. Leave it out.');
  }
}

const environment = readEnvironment('tableName', 'retentionDays', 'stateMachineArn');
const { jobs, meter } = openJobs(environment);

export const handler = route(
  createJobRoute({ jobs, ...identity }, environment.stateMachineArn),
  meter,
);
