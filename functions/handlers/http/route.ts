import middy, { type MiddlewareObj } from '@middy/core';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { BudgetId } from '../../domain/ids.ts';
import type { Scope } from '../../names.ts';
import { InvalidCursorError, StoreUnavailableError } from '../../store/errors.ts';
import type { Meter } from '../../store/meter.ts';
import { describeError, logger } from '../logger.ts';
import { PROBLEMS, ProblemError, problemDocument, retryAfter } from './problem.ts';

/** What every route has in common: logs with ids, answers in JSON, errors as problem documents. */

export type Answer =
  | {
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | NotModified;

/** What the caller has already: says so without a body, as HTTP asks for. */
export interface NotModified {
  readonly status: 304;
  readonly headers: Readonly<Record<string, string>>;
}

export type Route = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

/**
 * A route that not everybody may ask about everything.
 *
 * @param isThere whether a budget is there for whoever asks. That is known before of the budgets that the request names; a
 *   route about one of their jobs asks, once it has read it.
 * @param may whether whoever asks has a scope that the route takes for some jobs alone.
 */
export type GuardedRoute = (
  event: APIGatewayProxyEventV2,
  context: Context,
  isThere: (budgetId: BudgetId) => boolean,
  may: (scope: Scope) => boolean,
) => Promise<Answer>;

export type RouteHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Seconds after which a caller may try again when the table is overloaded. */
const OVERLOADED_SECONDS = 5;

const NOT_OF_THE_LISTING =
  'has to be nextCursor of the page before, with the other parameters unchanged';

/** Left of a function's time when it answers that it could not: later, the gateway would have to say so. */
const TIME_TO_ANSWER_MS = 500;

/** @param meter of the table's client, for routes that use it. */
export function route(work: Route, meter?: Meter): RouteHandler {
  const handler = middy(
    async (event: APIGatewayProxyEventV2, context: Context) => rendered(await work(event, context)),
    {
      timeoutEarlyInMillis: TIME_TO_ANSWER_MS,
      timeoutEarlyResponse: () => {
        throw unavailable();
      },
    },
  );
  handler.use(logged(meter));
  return (event, context) => handler(event, context);
}

type Middleware = MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Error,
  Context
>;

function logged(meter: Meter | undefined): Middleware {
  return {
    before: ({ event, context }) => {
      logger.resetKeys();
      logger.appendKeys({ requestId: requestIdOf(event, context), route: event.routeKey });
      meter?.take();
    },
    after: (request) => {
      const { event, context, response } = request;
      logger.info('answered', { status: response?.statusCode, used: meter?.take() });
      request.response = named(response ?? {}, requestIdOf(event, context));
    },
    onError: (request) => {
      const problem = problemOf(request.error);
      const { status } = PROBLEMS[problem.kind];
      if (problem.kind === 'internal' || problem.kind === 'unavailable') {
        logger.error('failed', { error: describeError(request.error) });
      }
      logger.info('answered', { status, problem: problem.kind, used: meter?.take() });
      const requestId = requestIdOf(request.event, request.context);
      request.response = named(renderedProblem(problem, requestId), requestId);
    },
  };
}

/** The gateway's request id, which the caller sees as well. */
function requestIdOf(event: APIGatewayProxyEventV2, context: Context): string {
  return event.requestContext?.requestId || context.awsRequestId;
}

function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof InvalidCursorError) {
    return new ProblemError('invalid-request', `cursor ${NOT_OF_THE_LISTING}.`, {
      errors: [{ field: 'cursor', message: NOT_OF_THE_LISTING }],
    });
  }
  if (error instanceof StoreUnavailableError) return unavailable();
  return new ProblemError(
    'internal',
    'The request could not be answered. Its id leads to the cause in the logs.',
  );
}

/** A write may have gone through although its answer got lost: hence the advice. */
function unavailable(): ProblemError {
  return new ProblemError(
    'unavailable',
    'Try again in a few seconds; a POST with the same Idempotency-Key, so that nothing is done twice.',
    retryAfter(OVERLOADED_SECONDS),
  );
}

function rendered(answer: Answer): APIGatewayProxyStructuredResultV2 {
  const headers = { 'cache-control': 'no-store', ...answer.headers };
  if (!('body' in answer)) return { statusCode: answer.status, headers };
  return {
    statusCode: answer.status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(answer.body),
  };
}

/** The same answer with the id of its request. */
function named(
  result: APIGatewayProxyStructuredResultV2,
  requestId: string,
): APIGatewayProxyStructuredResultV2 {
  return { ...result, headers: { ...result.headers, 'x-request-id': requestId } };
}

function renderedProblem(
  problem: ProblemError,
  requestId: string,
): APIGatewayProxyStructuredResultV2 {
  const document = problemDocument(problem, requestId);
  return {
    statusCode: document.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...problem.headers,
    },
    body: JSON.stringify(document),
  };
}
