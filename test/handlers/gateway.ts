import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { z } from 'zod';
import {
  type GuardedRoute,
  type RouteHandler,
  route,
} from '../../functions/handlers/http/route.ts';
import recorded from './recorded/iam-role.json' with { type: 'json' };
import jwtAuthorizer from './recorded/jwt-authorizer.json' with { type: 'json' };

/** Requests as API Gateway hands them over: a recorded one, with what a test wants to be different. */
export interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  /** Replaces the recorded authorizer. */
  readonly authorizer?: object;
}

export const JWT_AUTHORIZER = jwtAuthorizer;

export function gatewayEvent(request: Request): APIGatewayProxyEventV2 {
  const { method = 'GET', path = recorded.rawPath, query = '' } = request;
  const { pathParameters, ...rest } = recorded;
  const { authorizer, ...requestContext } = recorded.requestContext;
  const known = request.authorizer ?? authorizer;
  const event = {
    ...rest,
    rawPath: path,
    rawQueryString: query,
    headers: { ...recorded.headers, ...request.headers },
    pathParameters: { ...(request.pathParameters ?? pathParameters) },
    requestContext: {
      ...requestContext,
      authorizer: known,
      http: { ...requestContext.http, method, path },
    },
    isBase64Encoded: request.isBase64Encoded ?? false,
    ...(request.body === undefined ? {} : { body: request.body }),
  };
  return event;
}

/** The `POST /jobs` of a JSON body. */
export function post(body: unknown, more: Request = {}): APIGatewayProxyEventV2 {
  return gatewayEvent({
    method: 'POST',
    path: '/jobs',
    pathParameters: {},
    headers: { 'content-type': 'application/json', ...more.headers },
    body: JSON.stringify(body),
    ...(more.authorizer === undefined ? {} : { authorizer: more.authorizer }),
  });
}

export function lambdaContext(remainingMs = 29_000): Context {
  return {
    awsRequestId: '11111111-2222-3333-4444-555555555555',
    functionName: 'GetJob',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:GetJob',
    memoryLimitInMB: '512',
    logGroupName: 'group',
    logStreamName: 'stream',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => remainingMs,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Sends a request to a route, for a caller for whom every budget is there, and who may do everything. */
export function call(
  work: GuardedRoute,
  event: APIGatewayProxyEventV2,
  context?: Context,
): Promise<Answered> {
  const handler = route((asked, itsContext) =>
    work(
      asked,
      itsContext,
      () => true,
      () => true,
    ),
  );
  return send(handler, event, context);
}

/** Sends a request to a whole handler. */
export async function send(
  handler: RouteHandler,
  event: APIGatewayProxyEventV2,
  context = lambdaContext(),
): Promise<Answered> {
  return read(await handler(event, context));
}

function read(result: APIGatewayProxyStructuredResultV2): Answered {
  return {
    status: result.statusCode ?? 0,
    headers: result.headers ?? {},
    body: JSON.parse(result.body ?? 'null'),
  };
}

const JobAnswer = z.looseObject({
  job: z.looseObject({ id: z.string(), status: z.string() }),
  steps: z.array(z.looseObject({})),
});
const ProblemAnswer = z.looseObject({
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
});

export function jobIn(answer: Answered): z.infer<typeof JobAnswer>['job'] {
  return JobAnswer.parse(answer.body).job;
}

/** The fields that a problem names. */
export function fieldsIn(answer: Answered): readonly string[] {
  return ProblemAnswer.parse(answer.body).errors.map(({ field }) => field);
}

export function messagesIn(answer: Answered): readonly string[] {
  return ProblemAnswer.parse(answer.body).errors.map(({ message }) => message);
}
