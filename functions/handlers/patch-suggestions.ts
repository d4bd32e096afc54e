import type { SuggestionId } from '../domain/ids.ts';
import type { Suggestion } from '../domain/suggestion.ts';
import { type OneOutcome, type ReviewAllPorts, reviewAll } from '../jobs/review.ts';
import { StoreUnavailableError } from '../store/errors.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openSuggestions } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { callerOf, parseBody, parsePath, parseQuery } from './http/request.ts';
import { BudgetPath, NoQuery } from './http/request-schemas.ts';
import { ReviewsBody } from './http/review-body.ts';
import { REVIEW_REFUSALS } from './http/reviews.ts';
import { type Route, route } from './http/route.ts';
import { logger } from './logger.ts';

/** PATCH /budgets/{budgetId}/suggestions: many decisions, each taken or refused by itself. */

type Outcome =
  | { readonly id: SuggestionId; readonly outcome: 'reviewed'; readonly suggestion: Suggestion }
  | {
      readonly id: SuggestionId;
      readonly outcome: keyof typeof REVIEW_REFUSALS | 'unavailable';
      readonly detail: string;
    };

export function patchSuggestionsRoute(ports: ReviewAllPorts): Route {
  return async (event) => {
    const { budgetId } = parsePath(BudgetPath, event);
    parseQuery(NoQuery, event);
    logger.appendKeys({ budgetId });
    const { decisions } = parseBody(ReviewsBody, event);
    const reviews = decisions.map(({ id, ...decided }) => ({ id, review: decided }));
    const found = await reviewAll(ports, { budgetId, by: callerOf(event), decisions: reviews });
    return {
      status: 200,
      body: { outcomes: decisions.map(({ id }) => outcomeOf(id, found.get(id))) },
    };
  };
}

/** A fault of the table is the outcome of the decisions that met it: the others were taken all the same. */
function outcomeOf(id: SuggestionId, outcome: OneOutcome | undefined): Outcome {
  if (outcome === undefined) throw new Error('A decision came to nothing');
  switch (outcome.kind) {
    case 'reviewed':
      return { id, outcome: 'reviewed', suggestion: outcome.suggestion };
    case 'fault':
      if (!(outcome.fault instanceof StoreUnavailableError)) throw outcome.fault;
      return { id, outcome: 'unavailable', detail: 'Send this decision again in a few seconds.' };
    default:
      return { id, outcome: outcome.kind, detail: REVIEW_REFUSALS[outcome.kind] };
  }
}

const { suggestions, meter } = openSuggestions(readEnvironment('tableName', 'retentionDays'));

export const handler = route(
  guarded(patchSuggestionsRoute({ suggestions, now: clockAndIds.now })),
  meter,
);
