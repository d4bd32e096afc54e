import type { BudgetId, SuggestionId } from '../domain/ids.ts';
import type { Review } from '../domain/review.ts';
import type { Suggestion } from '../domain/suggestion.ts';
import { type ReviewPorts, review } from '../jobs/review.ts';
import { StoreUnavailableError } from '../store/errors.ts';
import { identity } from './adapters/identity.ts';
import { openSuggestions } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { callerOf, parseBody, parsePath, parseQuery } from './http/request.ts';
import { BudgetPath, NoQuery, ReviewsBody } from './http/request-schemas.ts';
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

export function patchSuggestionsRoute(ports: ReviewPorts): Route {
  return async (event) => {
    const { budgetId } = parsePath(BudgetPath, event);
    parseQuery(NoQuery, event);
    logger.appendKeys({ budgetId });
    const { decisions } = parseBody(ReviewsBody, event);
    const by = callerOf(event);
    const outcomes = await Promise.all(
      decisions.map(({ id, ...decided }) =>
        outcomeOf(ports, { budgetId, id, review: decided, by }),
      ),
    );
    return { status: 200, body: { outcomes } };
  };
}

/** A fault of the table is the outcome of the decision that met it: the others were taken all the same. */
async function outcomeOf(
  ports: ReviewPorts,
  request: {
    readonly budgetId: BudgetId;
    readonly id: SuggestionId;
    readonly review: Review;
    readonly by: string;
  },
): Promise<Outcome> {
  const { id } = request;
  try {
    const outcome = await review(ports, request);
    return outcome.kind === 'reviewed'
      ? { id, outcome: 'reviewed', suggestion: outcome.suggestion }
      : { id, outcome: outcome.kind, detail: REVIEW_REFUSALS[outcome.kind] };
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    return { id, outcome: 'unavailable', detail: 'Send this decision again in a few seconds.' };
  }
}

const { suggestions, meter } = openSuggestions(readEnvironment('tableName', 'retentionDays'));

export const handler = route(
  guarded(patchSuggestionsRoute({ suggestions, now: identity.now })),
  meter,
);
