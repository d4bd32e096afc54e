import { type ReviewPorts, review } from '../jobs/review.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openSuggestions } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { guarded } from './guarded.ts';
import { conflict, ProblemError } from './http/problem.ts';
import { callerOf, parseBody, parsePath, parseQuery } from './http/request.ts';
import { NoQuery, SuggestionPath } from './http/request-schemas.ts';
import { ReviewBody } from './http/review-body.ts';
import { REVIEW_REFUSALS } from './http/reviews.ts';
import { type Route, route } from './http/route.ts';
import { logger } from './logger.ts';

/** PATCH /budgets/{budgetId}/suggestions/{suggestionId} */

export function patchSuggestionRoute(ports: ReviewPorts): Route {
  return async (event) => {
    const { budgetId, suggestionId } = parsePath(SuggestionPath, event);
    parseQuery(NoQuery, event);
    logger.appendKeys({ budgetId });
    const decided = parseBody(ReviewBody, event);
    const outcome = await review(ports, {
      budgetId,
      id: suggestionId,
      review: decided,
      by: callerOf(event),
    });
    switch (outcome.kind) {
      case 'reviewed':
        return { status: 200, body: { suggestion: outcome.suggestion } };
      case 'unknown':
        throw new ProblemError('not-found', REVIEW_REFUSALS.unknown);
      case 'stale':
        throw new ProblemError('suggestion-replaced', REVIEW_REFUSALS.stale);
      case 'applied':
        throw new ProblemError('suggestion-applied', REVIEW_REFUSALS.applied);
      case 'conflict':
        throw conflict(REVIEW_REFUSALS.conflict);
    }
  };
}

const { suggestions, meter } = openSuggestions(readEnvironment('tableName', 'retentionDays'));

export const handler = route(
  guarded(patchSuggestionRoute({ suggestions, now: clockAndIds.now })),
  meter,
);
