import * as z from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { ROUTE_SCOPES } from '../../names.ts';
import {
  EventList,
  JobAndSteps,
  JobList,
  OneSnapshot,
  OneSuggestion,
  ReviewOutcomes,
  SnapshotList,
  SuggestionList,
} from './answer-schemas.ts';
import { NewJobBody } from './new-job-body.ts';
import { answer, ENTITY_TAG, madeJob, problems, REQUEST_ID, text } from './openapi-answers.ts';
import {
  BudgetPath,
  GetJobQuery,
  IdempotencyKey,
  IfNoneMatch,
  JobPath,
  ListJobsQuery,
  ListSnapshotsQuery,
  ListSuggestionsQuery,
  SnapshotPath,
  SuggestionPath,
} from './request-schemas.ts';
import { ReviewBody, ReviewsBody } from './review-body.ts';

/** The calls of the API, as the OpenAPI document describes them. */

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

/** Every call of the API, with the scope that it asks for. */
export const PATHS = withScopes({
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
          content: {
            'application/json': { schema: { type: 'object', additionalProperties: true } },
          },
        },
        ...problems('invalid-request'),
      },
    },
  },
});
