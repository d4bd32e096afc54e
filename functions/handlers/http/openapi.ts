import * as z from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { ROUTE_SCOPES } from '../../names.ts';
import {
  EventList,
  GatewayRefusal,
  JobAndSteps,
  JobList,
  OneSnapshot,
  OneSuggestion,
  Problem,
  ReviewOutcomes,
  SnapshotList,
  SuggestionList,
} from './answer-schemas.ts';
import { PROBLEMS, type ProblemKind } from './problem.ts';
import {
  BudgetPath,
  GetJobQuery,
  IdempotencyKey,
  IfNoneMatch,
  JobPath,
  ListJobsQuery,
  ListSnapshotsQuery,
  ListSuggestionsQuery,
  NewJobBody,
  ReviewBody,
  ReviewsBody,
  SnapshotPath,
  SuggestionPath,
} from './request-schemas.ts';

/** The OpenAPI document, made of the schemas that validate: it cannot say anything else than what is checked. */

const text = { type: 'string' as const };

/** In every answer of ours; the gateway's own have `apigw-requestid` alone. */
const REQUEST_ID = {
  'x-request-id': { description: 'Leads to the request in the logs', required: true, schema: text },
};

function answer(description: string, schema: z.ZodType) {
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

function problems(...kinds: readonly ProblemKind[]) {
  const every: readonly ProblemKind[] = [...kinds, 'internal', 'unavailable'];
  const titles = new Map<number, readonly string[]>();
  for (const kind of every) {
    const { status, title } = PROBLEMS[kind];
    titles.set(status, [...(titles.get(status) ?? []), title]);
  }
  const ours = [...titles].map(([status, of]) => [
    String(status),
    {
      description: of.join('; '),
      headers: { ...REQUEST_ID, ...(PASSING.includes(status) ? RETRY_AFTER : {}) },
      content: { 'application/problem+json': { schema: Problem } },
    },
  ]);
  return { ...Object.fromEntries(ours), ...GATEWAY };
}

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

const ENTITY_TAG = {
  etag: { description: 'Stands for just this answer', required: true, schema: text },
};

/** Each operation with the scope that it asks for (names of roles, in the words of OpenAPI 3.1). */
function withScopes(paths: ZodOpenApiPathsObject): ZodOpenApiPathsObject {
  const operations = Object.entries(paths).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => {
        const scope = ROUTE_SCOPES[`${method.toUpperCase()} ${path}`];
        const security = [{ signature: [] }, { token: scope === undefined ? [] : [scope] }];
        return [method, { ...operation, security }];
      }),
    ),
  ]);
  return Object.fromEntries(operations);
}

/** What the routes that make jobs answer. */
const madeJob = {
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

const createJob: ZodOpenApiOperationObject = {
  operationId: 'createJob',
  summary: 'Creates a job for a budget',
  requestParams: { header: z.object({ 'Idempotency-Key': IdempotencyKey.optional() }) },
  requestBody: { required: true, content: { 'application/json': { schema: NewJobBody } } },
  responses: {
    ...madeJob,
    ...problems(
      'invalid-request',
      'not-found',
      'body-too-large',
      'unsupported-media-type',
      'idempotency-key-reused',
    ),
  },
};

export const openApiDocument = createDocument({
  openapi: '3.1.0',
  info: {
    title: 'actual-jobs',
    version: '1',
    license: { name: 'MIT', identifier: 'MIT' },
    description:
      'Jobs for Actual Budget: sync, and category suggestions. Every error of ours is a problem document ' +
      '(RFC 9457) with a request id; unknown paths get 404, known ones with another method 405 and `Allow`. ' +
      "The gateway's own refusals keep its form: `{message}`.",
  },
  servers: [{ url: '/', description: 'Where this document comes from' }],
  security: [{ signature: [] }, { token: [] }],
  paths: withScopes({
    '/jobs': {
      post: createJob,
      get: {
        operationId: 'listJobs',
        summary: 'The jobs of a budget, newest first',
        requestParams: { query: ListJobsQuery },
        responses: {
          '200': answer('A page of jobs', JobList),
          ...problems('invalid-request', 'not-found'),
        },
      },
    },
    '/jobs/{jobId}': {
      get: {
        operationId: 'getJob',
        summary: 'A job with its steps',
        requestParams: {
          path: JobPath,
          query: GetJobQuery,
          header: z.object({ 'If-None-Match': IfNoneMatch.optional() }),
        },
        responses: {
          '200': {
            ...answer('The job', JobAndSteps),
            headers: { ...REQUEST_ID, ...ENTITY_TAG },
          },
          '304': {
            description: 'The job is as `If-None-Match` has it; no body',
            headers: { ...REQUEST_ID, ...ENTITY_TAG },
          },
          ...problems('invalid-request', 'not-found'),
        },
      },
    },
    '/jobs/{jobId}/events': {
      get: {
        operationId: 'listJobEvents',
        summary: "A job's history, oldest first",
        requestParams: { path: JobPath },
        responses: {
          '200': answer('Every event', EventList),
          ...problems('invalid-request', 'not-found'),
        },
      },
    },
    '/jobs/{jobId}/cancel': {
      post: {
        operationId: 'cancelJob',
        summary: 'Calls a job off that has not begun to change the budget',
        requestParams: { path: JobPath },
        responses: {
          '200': answer('The job, canceled', JobAndSteps),
          ...problems(
            'invalid-request',
            'not-found',
            'job-not-cancelable',
            'conflict',
            'body-too-large',
          ),
        },
      },
    },
    '/jobs/{jobId}/retry': {
      post: {
        operationId: 'retryJob',
        summary: 'Runs a failed or canceled job again, as a new job',
        requestParams: {
          path: JobPath,
          header: z.object({ 'Idempotency-Key': IdempotencyKey.optional() }),
        },
        responses: {
          ...madeJob,
          ...problems(
            'invalid-request',
            'not-found',
            'job-not-retryable',
            'conflict',
            'body-too-large',
            'idempotency-key-reused',
          ),
        },
      },
    },
    '/budgets/{budgetId}/suggestions': {
      get: {
        operationId: 'listSuggestions',
        summary: 'Proposed categories, newest transaction first',
        requestParams: { path: BudgetPath, query: ListSuggestionsQuery },
        responses: {
          '200': answer('A page of suggestions', SuggestionList),
          ...problems('invalid-request', 'not-found'),
        },
      },
      patch: {
        operationId: 'reviewSuggestions',
        summary: 'Decides on many suggestions, each by itself',
        requestParams: { path: BudgetPath },
        requestBody: { required: true, content: { 'application/json': { schema: ReviewsBody } } },
        responses: {
          '200': answer('What came of each decision', ReviewOutcomes),
          ...problems('invalid-request', 'not-found', 'body-too-large', 'unsupported-media-type'),
        },
      },
    },
    '/budgets/{budgetId}/suggestions/{suggestionId}': {
      patch: {
        operationId: 'reviewSuggestion',
        summary: 'Approves or rejects a suggestion, with an optional correction',
        requestParams: { path: SuggestionPath },
        requestBody: { required: true, content: { 'application/json': { schema: ReviewBody } } },
        responses: {
          '200': answer('The suggestion as decided', OneSuggestion),
          ...problems(
            'invalid-request',
            'not-found',
            'suggestion-replaced',
            'suggestion-applied',
            'conflict',
            'body-too-large',
            'unsupported-media-type',
          ),
        },
      },
    },
    '/budgets/{budgetId}/snapshots': {
      get: {
        operationId: 'listSnapshots',
        summary: 'Kept copies of the budget, newest first',
        requestParams: { path: BudgetPath, query: ListSnapshotsQuery },
        responses: {
          '200': answer('A page of kept copies', SnapshotList),
          ...problems('invalid-request', 'not-found'),
        },
      },
    },
    '/budgets/{budgetId}/snapshots/{snapshotId}/download': {
      get: {
        operationId: 'downloadSnapshot',
        summary: 'The way to the file of a kept copy, which Actual opens with "Import file"',
        requestParams: { path: SnapshotPath },
        responses: {
          '303': {
            ...answer('The link is good for five minutes and needs no signature', OneSnapshot),
            headers: {
              ...REQUEST_ID,
              location: {
                description: 'The file (zip)',
                required: true,
                schema: { ...text, format: 'uri' },
              },
            },
          },
          ...problems('invalid-request', 'not-found'),
        },
      },
    },
    '/openapi.json': {
      get: {
        operationId: 'getOpenapi',
        summary: 'This document',
        responses: {
          '200': {
            description: 'OpenAPI 3.1',
            headers: REQUEST_ID,
            content: { 'application/json': { schema: { type: 'object' } } },
          },
          ...problems('invalid-request'),
        },
      },
    },
  }),
  components: {
    securitySchemes: {
      signature: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'AWS Signature Version 4, service execute-api.',
        'x-amazon-apigateway-authtype': 'awsSigv4',
      },
      token: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'Instead of a signature, where the stack is configured for an issuer of tokens.',
      },
    },
  },
});

/** Every path with the methods that it takes, upper case. */
export const METHODS_BY_PATH: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(openApiDocument.paths ?? {}).map(([path, operations]) => [
    path,
    Object.keys(operations).map((method) => method.toUpperCase()),
  ]),
);
