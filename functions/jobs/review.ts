import type { BudgetId, SuggestionId, Timestamp, TransactionId } from '../domain/ids.ts';
import { transactionOf } from '../domain/ids.ts';
import { type Review, reviewed } from '../domain/review.ts';
import type { Suggestion } from '../domain/suggestion.ts';

export interface ReviewedSuggestions {
  get(budgetId: BudgetId, transactionId: TransactionId): Promise<Suggestion | undefined>;
  /** 'conflict' when the suggestion is no longer as it was read. */
  decide(before: Suggestion, after: Suggestion): Promise<'written' | 'conflict'>;
}

export interface ReviewPorts {
  readonly suggestions: ReviewedSuggestions;
  readonly now: () => Timestamp;
}

export interface ReviewRequest {
  readonly budgetId: BudgetId;
  readonly id: SuggestionId;
  readonly review: Review;
  /** Who decides, as in a job's `requestedBy`. */
  readonly by: string;
}

/**
 * What came of a review. A stale id names a proposal that has been replaced by a newer one; a conflict met another
 * change each time, and may be sent again.
 */
export type ReviewOutcome =
  | { readonly kind: 'reviewed'; readonly suggestion: Suggestion }
  | { readonly kind: 'unknown' | 'stale' | 'applied' | 'conflict' };

/** How often a review that met another change reads again and decides again. */
const ATTEMPTS = 5;

/** Writes a decision. It counts at once: the next proposals follow it, before it is applied. */
export async function review(ports: ReviewPorts, request: ReviewRequest): Promise<ReviewOutcome> {
  const { suggestions, now } = ports;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await suggestions.get(request.budgetId, transactionOf(request.id));
    if (before === undefined) return { kind: 'unknown' };
    if (before.id !== request.id) return { kind: 'stale' };
    const after = reviewed(before, request.review, { now: now(), by: request.by });
    if (after === null) return { kind: 'applied' };
    if (after === before) return { kind: 'reviewed', suggestion: before };
    if ((await suggestions.decide(before, after)) === 'written') {
      return { kind: 'reviewed', suggestion: after };
    }
  }
  return { kind: 'conflict' };
}
