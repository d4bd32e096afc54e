import type * as z from 'zod';
import { GatewayRefusal, JobAndSteps, Problem } from './answer-schemas.ts';
import { PROBLEMS, type ProblemKind } from './problem.ts';

/** Answers as the OpenAPI document describes them: what they have in common, and what the gateway gives by itself. */

export const text = { type: 'string' as const };

/** In every answer of ours; the gateway's own have `apigw-requestid` alone. */
export const REQUEST_ID = {
  'x-request-id': { description: 'Leads to the request in the logs', required: true, schema: text },
};

export function answer(description: string, schema: z.ZodType) {
  return { description, headers: REQUEST_ID, content: { 'application/json': { schema } } };
}

/** Of what may pass by itself. */
const RETRY_AFTER = {
  'retry-after': {
    description: 'Seconds after which to come again, where that may help',
    schema: { type: 'integer' as const },
  },
};
const PASSING: readonly number[] = [PROBLEMS.conflict.status, PROBLEMS.unavailable.status];

export function problems(...kinds: readonly ProblemKind[]) {
  const every: readonly ProblemKind[] = [...kinds, 'internal', 'unavailable'];
  const titles = new Map<number, readonly string[]>();
  for (const kind of every) {
    const { status, title } = PROBLEMS[kind];
    titles.set(status, [...(titles.get(status) ?? []), title]);
  }
  const ours = [...titles].map(([status, of]) => {
    const byGateway = BY_GATEWAY.get(status);
    return [
      String(status),
      {
        description: [...of, ...(byGateway === undefined ? [] : [byGateway])].join('; '),
        headers: {
          ...(byGateway === undefined ? REQUEST_ID : {}),
          ...(PASSING.includes(status) ? RETRY_AFTER : {}),
        },
        content: {
          'application/problem+json': { schema: Problem },
          ...(byGateway === undefined ? {} : { 'application/json': { schema: GatewayRefusal } }),
        },
      },
    ] as const;
  });
  return { ...Object.fromEntries(ours), ...GATEWAY };
}

/** What API Gateway answers in its own form where the function that it called did not, or could not be called. */
const BY_GATEWAY: ReadonlyMap<number, string> = new Map([
  [PROBLEMS['body-too-large'].status, 'or larger than a function takes (by the gateway)'],
  [PROBLEMS.internal.status, 'or a function could not begin or go on (by the gateway)'],
  [
    PROBLEMS.unavailable.status,
    'or there was no room for a function, or no answer in time (by the gateway)',
  ],
]);

/** What API Gateway answers by itself, in its own form, before any function of ours is called. */
const GATEWAY = {
  '401': {
    description: 'There is no token, or not a good one (by the gateway)',
    content: { 'application/json': { schema: GatewayRefusal } },
  },
  '403': {
    description:
      'The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this',
    content: {
      'application/json': { schema: GatewayRefusal },
      'application/problem+json': { schema: Problem },
    },
  },
  '429': {
    description: 'Too many requests at once (by the gateway)',
    content: { 'application/json': { schema: GatewayRefusal } },
  },
};

export const ENTITY_TAG = {
  etag: { description: 'Stands for just this answer', required: true, schema: text },
};

/** What the routes that make jobs answer. */
export const madeJob = {
  '201': {
    ...answer('The job, in line', JobAndSteps),
    headers: {
      ...REQUEST_ID,
      location: { description: 'Where the job is', required: true, schema: text },
      'idempotency-replayed': {
        description: '`true` when the same request made this job before',
        schema: text,
      },
    },
  },
};
