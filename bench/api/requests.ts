import { v7 } from 'uuid';
import { gatewayEvent, type Request } from '../../test/handlers/gateway.ts';
import type { Filling } from './filling.ts';
import type { ApiFunction } from './functions.ts';

/** The requests that are measured: at least one to each function, and those that may ask the table more than once. */

export interface Asking {
  /** Unique; the names of figures end in it. */
  readonly name: string;
  readonly what: string;
  readonly to: ApiFunction;
  /** As the gateway names it. */
  readonly route: string;
  /** What an answer has to have. */
  readonly status: number;
  /** `one`: may ask the table once at most. `more`: is one of those that may ask it more often. */
  readonly kind: 'one' | 'more';
  /** Makes so many requests, with what has to be in the table for them. */
  readonly make: (count: number) => Promise<readonly Request[]>;
}

/** So many decisions in one request. */
const DECISIONS = 20;

/** Reads first: a listing grows with what is created. */
export async function askings(filling: Filling): Promise<readonly Asking[]> {
  const { budget } = filling;
  const some = await Promise.all(Array.from({ length: 100 }, () => filling.queued()));
  const canceled = await filling.canceled();
  const suggestions = filling.suggestions(100);
  const snapshots = filling.snapshots(30);
  const first = some[0]?.job.id ?? '';
  const same = (request: Request) => async (count: number) =>
    Array.from({ length: count }, () => request);
  const aboutJob = (id: string, more: Request = {}): Request => ({
    pathParameters: { jobId: id },
    ...more,
  });
  const aboutBudget = (more: Request = {}): Request => ({
    pathParameters: { budgetId: budget },
    ...more,
  });
  const creation = (more: Request = {}): Request => ({
    method: 'POST',
    path: '/jobs',
    pathParameters: {},
    body: JSON.stringify({ type: 'sync_and_suggest', budgetId: budget }),
    ...more,
  });
  const listing = (query: string) =>
    same({ pathParameters: {}, query: `budgetId=${budget}${query}` });
  const approved = (request: number) => ({
    status: 'approved',
    categoryId: request % 2 === 0 ? 'food' : 'fun',
  });
  const key = { 'idempotency-key': v7() };

  return [
    {
      name: 'list-jobs',
      what: 'GET /jobs: 20 of 100',
      to: 'listJobs',
      route: 'GET /jobs',
      status: 200,
      kind: 'one',
      make: listing(''),
    },
    {
      name: 'list-jobs-by-type',
      what: 'GET /jobs?type=…: 20 of 100',
      to: 'listJobs',
      route: 'GET /jobs',
      status: 200,
      kind: 'one',
      make: listing('&type=sync_and_suggest'),
    },
    {
      name: 'list-jobs-by-both',
      what: 'GET /jobs?type=…&status=…: none of 100 is of that type',
      to: 'listJobs',
      route: 'GET /jobs',
      status: 200,
      kind: 'more',
      make: listing('&type=budget_sync&status=queued'),
    },
    {
      name: 'get-job',
      what: 'GET /jobs/{jobId}',
      to: 'getJob',
      route: 'GET /jobs/{jobId}',
      status: 200,
      kind: 'one',
      make: same(aboutJob(first)),
    },
    {
      name: 'list-job-events',
      what: 'GET /jobs/{jobId}/events: 4',
      to: 'listJobEvents',
      route: 'GET /jobs/{jobId}/events',
      status: 200,
      kind: 'one',
      make: same(aboutJob(canceled.job.id)),
    },
    {
      name: 'list-suggestions',
      what: 'GET …/suggestions?status=pending: 20 of 100',
      to: 'listSuggestions',
      route: 'GET /budgets/{budgetId}/suggestions',
      status: 200,
      kind: 'one',
      make: same(aboutBudget({ query: 'status=pending' })),
    },
    {
      name: 'list-all-suggestions',
      what: 'GET …/suggestions, whatever their status: 20 of 100',
      to: 'listSuggestions',
      route: 'GET /budgets/{budgetId}/suggestions',
      status: 200,
      kind: 'one',
      make: same(aboutBudget()),
    },
    {
      name: 'list-snapshots',
      what: 'GET …/snapshots: 20 of 30',
      to: 'listSnapshots',
      route: 'GET /budgets/{budgetId}/snapshots',
      status: 200,
      kind: 'one',
      make: same(aboutBudget()),
    },
    {
      name: 'download-snapshot',
      what: 'GET …/snapshots/{snapshotId}/download',
      to: 'downloadSnapshot',
      route: 'GET /budgets/{budgetId}/snapshots/{snapshotId}/download',
      status: 303,
      kind: 'one',
      make: same({ pathParameters: { budgetId: budget, snapshotId: snapshots[0] ?? '' } }),
    },
    {
      name: 'get-openapi',
      what: 'GET /openapi.json',
      to: 'getOpenapi',
      route: 'GET /openapi.json',
      status: 200,
      kind: 'one',
      make: same({ pathParameters: {} }),
    },
    {
      name: 'unknown-route',
      what: 'a path that is none',
      to: 'unknownRoute',
      route: '$default',
      status: 404,
      kind: 'one',
      make: same({ path: '/job', pathParameters: {} }),
    },
    {
      name: 'patch-suggestion',
      what: 'PATCH …/suggestions/{suggestionId}',
      to: 'patchSuggestion',
      route: 'PATCH /budgets/{budgetId}/suggestions/{suggestionId}',
      status: 200,
      kind: 'one',
      make: async (count) =>
        Array.from({ length: count }, (_, request) => ({
          method: 'PATCH',
          pathParameters: { budgetId: budget, suggestionId: suggestions[0] ?? '' },
          body: JSON.stringify(approved(request)),
        })),
    },
    {
      name: 'patch-suggestions',
      what: `PATCH …/suggestions: ${DECISIONS} decisions`,
      to: 'patchSuggestions',
      route: 'PATCH /budgets/{budgetId}/suggestions',
      status: 200,
      kind: 'one',
      make: async (count) =>
        Array.from({ length: count }, (_, request) => {
          const decisions = suggestions
            .slice(1, 1 + DECISIONS)
            .map((id) => ({ id, ...approved(request) }));
          return aboutBudget({ method: 'PATCH', body: JSON.stringify({ decisions }) });
        }),
    },
    {
      name: 'create-job',
      what: 'POST /jobs',
      to: 'createJob',
      route: 'POST /jobs',
      status: 201,
      kind: 'one',
      make: same(creation()),
    },
    {
      name: 'create-job-again',
      what: 'POST /jobs with an Idempotency-Key that came before',
      to: 'createJob',
      route: 'POST /jobs',
      status: 201,
      kind: 'more',
      make: same(creation({ headers: key })),
    },
    {
      name: 'cancel-job',
      what: 'POST /jobs/{jobId}/cancel of a job in line',
      to: 'cancelJob',
      route: 'POST /jobs/{jobId}/cancel',
      status: 200,
      kind: 'more',
      make: async (count) => {
        const jobs = await Promise.all(Array.from({ length: count }, () => filling.queued()));
        return jobs.map(({ job }) => aboutJob(job.id, { method: 'POST' }));
      },
    },
    {
      name: 'retry-job',
      what: 'POST /jobs/{jobId}/retry of a canceled job',
      to: 'retryJob',
      route: 'POST /jobs/{jobId}/retry',
      status: 201,
      kind: 'more',
      make: async (count) => {
        const jobs = await Promise.all(Array.from({ length: count }, () => filling.canceled()));
        return jobs.map(({ job }) => aboutJob(job.id, { method: 'POST' }));
      },
    },
  ];
}

/** A request as the gateway hands it over. */
export function eventOf({ route }: Asking, request: Request): ReturnType<typeof gatewayEvent> {
  const event = gatewayEvent({
    ...request,
    headers: { 'content-type': 'application/json', ...request.headers },
  });
  return { ...event, routeKey: route };
}
