import { type Timestamp, timeAfter } from './ids.ts';
import type { Suggestion, SuggestionDecision } from './suggestion.ts';

/** A user's word on a suggestion. An approval may correct what is to be written. */
export type Review =
  | { readonly status: 'approved'; readonly categoryId?: string; readonly payeeName?: string }
  | { readonly status: 'rejected' };

export interface ReviewContext {
  readonly now: Timestamp;
  readonly by: string;
}

/**
 * The suggestion after a review. Minds may be changed until the suggestion is applied; the same review again changes
 * nothing.
 *
 * @returns the very suggestion that came in when the review changes nothing; null when it is applied already.
 */
export function reviewed(
  suggestion: Suggestion,
  review: Review,
  context: ReviewContext,
): Suggestion | null {
  if (suggestion.status === 'applied') return null;
  return review.status === 'approved'
    ? approved(suggestion, review, context)
    : rejected(suggestion, context);
}

function approved(
  suggestion: Suggestion,
  review: Extract<Review, { status: 'approved' }>,
  { now, by }: ReviewContext,
): Suggestion {
  const { proposals } = suggestion;
  const at = timeAfter(suggestion.updatedAt, now);
  const categoryId = review.categoryId ?? proposals[0].categoryId;
  const decision: SuggestionDecision = {
    categoryId,
    categoryName: proposals.find((one) => one.categoryId === categoryId)?.categoryName ?? null,
    payeeName: review.payeeName ?? suggestion.payeeName,
    decidedAt: at,
    decidedBy: by,
  };
  const { decision: before } = suggestion;
  const same = before?.categoryId === categoryId && before.payeeName === decision.payeeName;
  if (same && suggestion.lastOutcome === null) return suggestion;
  return {
    ...suggestion,
    status: 'approved',
    decision,
    rejectedCategoryIds: suggestion.rejectedCategoryIds.filter((id) => id !== categoryId),
    lastOutcome: null,
    updatedAt: at,
  };
}

function rejected(suggestion: Suggestion, { now }: ReviewContext): Suggestion {
  const { status, proposals, rejectedCategoryIds } = suggestion;
  const { categoryId } = proposals[0];
  if (status === 'rejected' && !isWithdrawn(suggestion)) return suggestion;
  return {
    ...suggestion,
    status: 'rejected',
    decision: null,
    rejectedCategoryIds: [...new Set([...rejectedCategoryIds, categoryId])],
    lastOutcome: null,
    updatedAt: timeAfter(suggestion.updatedAt, now),
  };
}

/** Whether a rejected one was withdrawn by a job, and nobody has rejected what it proposed. */
export function isWithdrawn({ proposals, rejectedCategoryIds }: Suggestion): boolean {
  return !rejectedCategoryIds.includes(proposals[0].categoryId);
}
