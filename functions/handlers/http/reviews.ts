import type { ReviewOutcome } from '../../jobs/review.ts';

/** What the two routes that decide on suggestions say. */

/** Why a decision was not taken, for people. */
export const REVIEW_REFUSALS = {
  unknown: 'There is no suggestion with this id in this budget.',
  stale: 'A newer proposal has replaced this one. List the suggestions and decide on the new id.',
  applied: 'The suggestion is applied already. Change the category in Actual itself.',
  conflict: 'The suggestion changed again and again meanwhile. Send the decision again.',
} as const satisfies Readonly<Record<Exclude<ReviewOutcome['kind'], 'reviewed'>, string>>;
