import type { BudgetId, SuggestionId, Timestamp, TransactionId } from '../domain/ids.ts';
import { transactionOf } from '../domain/ids.ts';
import { type Review, reviewed } from '../domain/review.ts';
import type { Suggestion, SuggestionChange } from '../domain/suggestion.ts';

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
    const found = await suggestions.get(request.budgetId, transactionOf(request.id));
    const change = changeBy(request, found, now());
    if (change.kind !== 'to_write') return change;
    if ((await suggestions.decide(change.before, change.after)) === 'written') {
      return { kind: 'reviewed', suggestion: change.after };
    }
  }
  return { kind: 'conflict' };
}

/** What a review comes to, or is to be written, when this is what was found. */
function changeBy(
  { id, review: decided, by }: Pick<ReviewRequest, 'id' | 'review' | 'by'>,
  before: Suggestion | undefined,
  now: Timestamp,
): ReviewOutcome | ({ readonly kind: 'to_write' } & SuggestionChange) {
  if (before === undefined) return { kind: 'unknown' };
  if (before.id !== id) return { kind: 'stale' };
  const after = reviewed(before, decided, { now, by });
  if (after === null) return { kind: 'applied' };
  if (after === before) return { kind: 'reviewed', suggestion: before };
  return { kind: 'to_write', before, after };
}

export interface ReviewedTogether {
  some(
    budgetId: BudgetId,
    /** Each once. */
    transactionIds: readonly TransactionId[],
  ): Promise<readonly Suggestion[]>;
  /** Writes each by itself, and gives back those whose suggestion is no longer as it was read. */
  decideAll(changes: readonly SuggestionChange[]): Promise<readonly SuggestionChange[]>;
}

export interface ReviewAllPorts {
  readonly suggestions: ReviewedTogether;
  readonly now: () => Timestamp;
}

export interface ReviewsRequest extends Pick<ReviewRequest, 'budgetId' | 'by'> {
  /** About different suggestions. */
  readonly decisions: readonly Pick<ReviewRequest, 'id' | 'review'>[];
}

/** `fault`: it could not be read or written; that of others may have been. */
export type OneOutcome = ReviewOutcome | { readonly kind: 'fault'; readonly fault: unknown };

/** The same for many, each by itself: one read and one write for all of them, as long as nobody else decides meanwhile. */
export async function reviewAll(
  ports: ReviewAllPorts,
  { budgetId, by, decisions }: ReviewsRequest,
): Promise<ReadonlyMap<SuggestionId, OneOutcome>> {
  const outcomes = new Map<SuggestionId, OneOutcome>();
  const left = () => decisions.filter(({ id }) => !outcomes.has(id));
  try {
    for (let attempt = 0; attempt < ATTEMPTS && left().length > 0; attempt += 1) {
      await reviewOnce(ports, { budgetId, by, decisions: left() }, outcomes);
    }
    for (const { id } of left()) outcomes.set(id, { kind: 'conflict' });
  } catch (fault) {
    for (const { id } of left()) outcomes.set(id, { kind: 'fault', fault });
  }
  return outcomes;
}

/** Puts what came of each decision into `outcomes`, and nothing of those that met another change. */
async function reviewOnce(
  ports: ReviewAllPorts,
  { budgetId, by, decisions }: ReviewsRequest,
  outcomes: Map<SuggestionId, OneOutcome>,
): Promise<void> {
  // An old id and the new one name the same transaction, which the table may be asked for once.
  const transactions = new Set(decisions.map(({ id }) => transactionOf(id)));
  const there = await ports.suggestions.some(budgetId, [...transactions]);
  const found = new Map(there.map((one) => [one.transactionId, one]));
  const now = ports.now();
  const toWrite = new Map<SuggestionId, SuggestionChange>();
  for (const one of decisions) {
    const change = changeBy({ ...one, by }, found.get(transactionOf(one.id)), now);
    if (change.kind === 'to_write') toWrite.set(one.id, change);
    else outcomes.set(one.id, change);
  }
  const conflicts = new Set(await ports.suggestions.decideAll([...toWrite.values()]));
  for (const [id, change] of toWrite) {
    if (!conflicts.has(change)) outcomes.set(id, { kind: 'reviewed', suggestion: change.after });
  }
}
