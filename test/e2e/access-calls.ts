/** The calls that somebody may be let make, and what each of them needs. */

export const OURS = '0193b2c4-8d7e-7f00-a000-000000000001';
export const THEIRS = '0193b2c4-8d7e-7f00-a000-000000000002';
export type Budget = 'ours' | 'theirs';
export const BUDGETS: Readonly<Record<Budget, string>> = { ours: OURS, theirs: THEIRS };

/** What a call needs; `nothing` but to be let in. */
export type Need = 'read' | 'write' | 'decide' | 'write and decide' | 'nothing';

export interface Call {
  readonly name: string;
  readonly need: Need;
  readonly method: string;
  readonly path: (budget: string, job: string) => string;
  readonly body?: (budget: string) => unknown;
  /** Answer to a caller who may: there is a failed job in each budget, no suggestion, no kept copy. */
  readonly served: number;
}

const NO_SUGGESTION = '00000000-0000-4000-8000-000000000001.1';
const NO_SNAPSHOT = '0193b2c4-8d7e-7f00-a000-00000000000f';

export const CALLS: readonly Call[] = [
  {
    name: 'create',
    need: 'write',
    method: 'POST',
    path: () => '/jobs',
    served: 201,
    body: (budgetId) => ({ type: 'budget_sync', budgetId }),
  },
  {
    name: 'create an apply of what is approved',
    need: 'write',
    method: 'POST',
    path: () => '/jobs',
    served: 201,
    body: (budgetId) => ({ type: 'suggestions_apply', budgetId }),
  },
  {
    name: 'create an apply of what is pending',
    need: 'write and decide',
    method: 'POST',
    path: () => '/jobs',
    served: 201,
    body: (budgetId) => ({ type: 'suggestions_apply', budgetId, minConfidence: 0.9 }),
  },
  {
    name: 'list jobs',
    need: 'read',
    method: 'GET',
    path: (budget) => `/jobs?budgetId=${budget}`,
    served: 200,
  },
  {
    name: 'get a job',
    need: 'read',
    method: 'GET',
    path: (_budget, job) => `/jobs/${job}`,
    served: 200,
  },
  {
    name: 'list events',
    need: 'read',
    method: 'GET',
    path: (_budget, job) => `/jobs/${job}/events`,
    served: 200,
  },
  {
    name: 'cancel',
    need: 'write',
    method: 'POST',
    path: (_budget, job) => `/jobs/${job}/cancel`,
    served: 409,
  },
  {
    name: 'retry',
    need: 'write',
    method: 'POST',
    path: (_budget, job) => `/jobs/${job}/retry`,
    served: 201,
  },
  {
    name: 'list suggestions',
    need: 'read',
    method: 'GET',
    path: (budget) => `/budgets/${budget}/suggestions`,
    served: 200,
  },
  {
    name: 'decide',
    need: 'decide',
    method: 'PATCH',
    path: (budget) => `/budgets/${budget}/suggestions/${NO_SUGGESTION}`,
    served: 404,
    body: () => ({ status: 'approved' }),
  },
  {
    name: 'decide on many',
    need: 'decide',
    method: 'PATCH',
    path: (budget) => `/budgets/${budget}/suggestions`,
    served: 200,
    body: () => ({ decisions: [{ id: NO_SUGGESTION, status: 'approved' }] }),
  },
  {
    name: 'list kept copies',
    need: 'read',
    method: 'GET',
    path: (budget) => `/budgets/${budget}/snapshots`,
    served: 200,
  },
  {
    name: 'download a kept copy',
    need: 'read',
    method: 'GET',
    path: (budget) => `/budgets/${budget}/snapshots/${NO_SNAPSHOT}/download`,
    served: 404,
  },
  {
    name: 'read the OpenAPI document',
    need: 'nothing',
    method: 'GET',
    path: () => '/openapi.json',
    served: 200,
  },
  {
    name: 'ask for what is not there',
    need: 'nothing',
    method: 'GET',
    path: () => '/nowhere',
    served: 404,
  },
];
