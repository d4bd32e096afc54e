import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type BudgetId, budgetId, isUuid, type JobId, jobId } from '../../domain/ids.ts';
import type { JobRecord } from '../../domain/job.ts';
import { ProblemError } from './problem.ts';
import { fieldOfBody } from './request.ts';
import type { Route } from './route.ts';

/** Where the stack maps budgets to servers, those outside the map are not there for a caller, nor are their jobs. */

export interface KnownBudgets {
  has(budgetId: BudgetId): boolean;
}

export interface JobLookup {
  get(jobId: JobId): Promise<JobRecord | undefined>;
}

/**
 * Answers 404 before `work` for a request about a budget outside the map, whether it names the budget in its path,
 * query or body, or one of its jobs. What names neither, or not as it should, is left to `work` to refuse.
 *
 * @param known undefined where all budgets are on one server.
 * @param jobs for routes of single jobs.
 */
export function onlyKnown(known: KnownBudgets | undefined, work: Route, jobs?: JobLookup): Route {
  if (known === undefined) return work;
  return async (event, context) => {
    const named = uuidIn(budgetIn(event));
    if (named !== undefined && !known.has(budgetId(named))) {
      throw new ProblemError('not-found', 'There is no budget with this id here.');
    }
    const job = uuidIn(event.pathParameters?.jobId);
    const found = job === undefined ? undefined : await jobs?.get(jobId(job));
    if (found !== undefined && !known.has(found.job.budgetId)) {
      throw new ProblemError('not-found', 'There is no job with this id.');
    }
    return work(event, context);
  };
}

function budgetIn(event: APIGatewayProxyEventV2): unknown {
  return (
    event.pathParameters?.budgetId ??
    new URLSearchParams(event.rawQueryString).get('budgetId') ??
    fieldOfBody(event, 'budgetId')
  );
}

function uuidIn(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.toLowerCase();
  return isUuid(text) ? text : undefined;
}
