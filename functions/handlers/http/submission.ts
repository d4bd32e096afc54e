import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Submission, Submitted } from '../../jobs/submit.ts';
import { hashOf } from '../adapters/hash.ts';
import { logger } from '../logger.ts';
import { basePathOf } from './base-path.ts';
import { recordView } from './job-view.ts';
import { ProblemError } from './problem.ts';
import { callerOf, parseHeader } from './request.ts';
import { IdempotencyKey } from './request-schemas.ts';
import type { Answer } from './route.ts';

/** What the routes that make jobs have in common: the caller, the idempotency key, the answer. */

/** The ends of their paths. */
const MAKES_JOBS = /\/jobs(?:\/[^/]+\/retry)?$/;

/**
 * Who asks, and the hashes of their idempotency key where they sent one.
 *
 * @param body what has to be the same when the key comes again.
 * @throws ProblemError 400 for a malformed key, 403 for an unknown caller.
 */
export function requesterOf(
  event: APIGatewayProxyEventV2,
  body: unknown,
): Pick<Submission, 'requestedBy' | 'request'> {
  const key = parseHeader(IdempotencyKey, event, 'Idempotency-Key');
  const requestedBy = callerOf(event);
  if (key === undefined) return { requestedBy };
  const { method, path } = event.requestContext.http;
  // The same call by another address of the API is the same request.
  const ours = path.slice(basePathOf(event, MAKES_JOBS).length);
  return {
    requestedBy,
    request: {
      key: hashOf(requestedBy, method, ours, key),
      bodyHash: hashOf(JSON.stringify(body)),
    },
  };
}

/** @throws ProblemError 422 when the key came with another body before, or its job is gone. */
export function submissionAnswer(
  submitted: Submitted,
  event: APIGatewayProxyEventV2,
  stateMachineArn: string,
): Answer {
  if (submitted.kind === 'key_reused') {
    throw new ProblemError(
      'idempotency-key-reused',
      'This Idempotency-Key came before, with another body or for a job that is not kept any more. Use a new key for a new request.',
      { errors: [{ field: 'Idempotency-Key', message: 'was used for another request' }] },
    );
  }
  const { job } = submitted.record;
  const { id: jobId, budgetId, parentJobId } = job;
  logger.appendKeys({ jobId, budgetId, ...(parentJobId === null ? {} : { parentJobId }) });
  return {
    status: 201,
    headers: {
      location: `${basePathOf(event, MAKES_JOBS)}/jobs/${jobId}`,
      ...(submitted.kind === 'replayed' ? { 'idempotency-replayed': 'true' } : {}),
    },
    body: recordView(submitted.record, stateMachineArn),
  };
}
