import { type Asking, aboutBudget, aboutJob, same } from './asking.ts';

/** Requests that change nothing. */

export function readingJobs(budget: string, queued: string, canceled: string): readonly Asking[] {
  const listing = (query: string) =>
    same({ pathParameters: {}, query: `budgetId=${budget}${query}` });
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
      make: same(aboutJob(queued)),
    },
    {
      name: 'list-job-events',
      what: 'GET /jobs/{jobId}/events: 4',
      to: 'listJobEvents',
      route: 'GET /jobs/{jobId}/events',
      status: 200,
      kind: 'one',
      make: same(aboutJob(canceled)),
    },
  ];
}

export function readingTheBudget(budget: string, snapshot: string): readonly Asking[] {
  return [
    {
      name: 'list-suggestions',
      what: 'GET …/suggestions?status=pending: 20 of 100',
      to: 'listSuggestions',
      route: 'GET /budgets/{budgetId}/suggestions',
      status: 200,
      kind: 'one',
      make: same(aboutBudget(budget, { query: 'status=pending' })),
    },
    {
      name: 'list-all-suggestions',
      what: 'GET …/suggestions, whatever their status: 20 of 100',
      to: 'listSuggestions',
      route: 'GET /budgets/{budgetId}/suggestions',
      status: 200,
      kind: 'one',
      make: same(aboutBudget(budget)),
    },
    {
      name: 'list-snapshots',
      what: 'GET …/snapshots: 20 of 30',
      to: 'listSnapshots',
      route: 'GET /budgets/{budgetId}/snapshots',
      status: 200,
      kind: 'one',
      make: same(aboutBudget(budget)),
    },
    {
      name: 'download-snapshot',
      what: 'GET …/snapshots/{snapshotId}/download',
      to: 'downloadSnapshot',
      route: 'GET /budgets/{budgetId}/snapshots/{snapshotId}/download',
      status: 303,
      kind: 'one',
      make: same({ pathParameters: { budgetId: budget, snapshotId: snapshot } }),
    },
  ];
}

/** What is answered without a look at the table. */
export function readingNothing(): readonly Asking[] {
  return [
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
  ];
}
