import { v7 } from 'uuid';
import type { Request } from '../../test/handlers/gateway.ts';
import { type Asking, aboutBudget, aboutJob, same } from './asking.ts';
import type { Filling } from './filling.ts';
import { readingJobs, readingNothing, readingTheBudget } from './reading.ts';

/** The requests that are measured: at least one to each function, and those that may ask the table more than once. */

/** So many decisions in one request. */
const DECISIONS = 20;

/** Reads first: a listing grows with what is created. */
export async function askings(filling: Filling): Promise<readonly Asking[]> {
  const { budget } = filling;
  const some = await Promise.all(Array.from({ length: 100 }, () => filling.queued()));
  const canceled = await filling.canceled();
  const suggestions = filling.suggestions(100);
  const snapshots = filling.snapshots(30);
  return [
    ...readingJobs(budget, some[0]?.job.id ?? '', canceled.job.id),
    ...readingTheBudget(budget, snapshots[0] ?? ''),
    ...readingNothing(),
    ...deciding(budget, suggestions),
    ...changingJobs(filling),
  ];
}

function deciding(budget: string, suggestions: readonly string[]): readonly Asking[] {
  const approved = (request: number) => ({
    status: 'approved',
    categoryId: request % 2 === 0 ? 'food' : 'fun',
  });
  return [
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
          return aboutBudget(budget, { method: 'PATCH', body: JSON.stringify({ decisions }) });
        }),
    },
  ];
}

function changingJobs(filling: Filling): readonly Asking[] {
  const creation = (more: Request = {}): Request => ({
    method: 'POST',
    path: '/jobs',
    pathParameters: {},
    body: JSON.stringify({ type: 'sync_and_suggest', budgetId: filling.budget }),
    ...more,
  });
  const key = { 'idempotency-key': v7() };
  return [
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
