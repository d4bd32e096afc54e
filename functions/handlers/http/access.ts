import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type BudgetId, budgetId, isUuid } from '../../domain/ids.ts';
import { ROUTE_SCOPES, type Scope } from '../../names.ts';
import type { AccessRules } from '../adapters/access-rules.ts';
import { logger } from '../logger.ts';
import { type Access, accessOf } from './caller-access.ts';
import { ProblemError } from './problem.ts';
import { fieldOfBody } from './request.ts';
import type { GuardedRoute, Route } from './route.ts';

/**
 * What a caller may not do is refused, and a budget that is not for it is not there: neither the budget nor its jobs.
 * The same goes for everybody where the stack maps budgets to servers, and a budget is outside the map.
 */

export interface Limits {
  /** Undefined where all budgets are on one server. */
  readonly known: KnownBudgets | undefined;
  /** Undefined where whoever the gateway lets in may do everything. */
  readonly rules: AccessRules | undefined;
}

export interface KnownBudgets {
  has(budgetId: BudgetId): boolean;
}

/**
 * Answers before `work`: 403 when the caller lacks a scope, 404 for a request that names a budget which is not there for it,
 * in its path, query or body. What names none, or not as it should, is left to `work` to refuse; and so is a job, whose
 * budget is not known before it is read.
 */
export function onlyAllowed(limits: Limits, work: GuardedRoute): Route {
  const { known, rules } = limits;
  return async (event, context) => {
    const access = rules === undefined ? undefined : accessOf(rules, event);
    if (access !== undefined) refuseMissingScope(access, event);
    // A budget that is asked about is in the log from then on, whatever the answer.
    const isThere = (id: BudgetId) => {
      logger.appendKeys({ budgetId: id });
      return (known?.has(id) ?? true) && (access?.mayTouch(id) ?? true);
    };

    if (budgetsIn(event).some((id) => !isThere(id))) {
      throw new ProblemError('not-found', 'There is no budget with this id here.');
    }
    return work(event, context, isThere, (scope) => access?.scopes.has(scope) ?? true);
  };
}

function refuseMissingScope({ scopes }: Access, event: APIGatewayProxyEventV2): void {
  const missing = neededScopes(event).filter((scope) => !scopes.has(scope));
  if (missing.length > 0) {
    throw lacking(missing);
  }
}

/** The refusal of a caller who lacks scopes. */
export function lacking(missing: readonly Scope[]): ProblemError {
  return new ProblemError('not-allowed', `This takes the scope ${missing.join(' and ')}.`);
}

/** To have pending suggestions applied is to approve them. */
function neededScopes(event: APIGatewayProxyEventV2): readonly Scope[] {
  const scope = ROUTE_SCOPES[event.routeKey];
  const approves =
    event.routeKey === 'POST /jobs' &&
    ['suggestionIds', 'minConfidence'].some((field) => fieldOfBody(event, field) !== undefined);
  return [...(scope === undefined ? [] : [scope]), ...(approves ? [APPROVAL] : [])];
}

export const APPROVAL: Scope = 'suggestions:write';

/** Wherever a request may name a budget: a route that reads another place than this one did would let everybody in. */
function budgetsIn(event: APIGatewayProxyEventV2): readonly BudgetId[] {
  const named = [
    event.pathParameters?.budgetId,
    ...new URLSearchParams(event.rawQueryString).getAll('budgetId'),
    fieldOfBody(event, 'budgetId'),
  ];
  return named.map(uuidIn).flatMap((uuid) => (uuid === undefined ? [] : [budgetId(uuid)]));
}

function uuidIn(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.toLowerCase();
  return isUuid(text) ? text : undefined;
}
