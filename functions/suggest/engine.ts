import type { BudgetExtract } from '../domain/extract.ts';
import type { TransactionId } from '../domain/ids.ts';
import type { Proposal } from '../domain/suggestion.ts';

/** What a user decided about a transaction and the budget does not show yet; of rejections there may be several. */
export interface Decision {
  readonly transactionId: TransactionId;
  /** Approved: the transaction counts as one of this category. Rejected: it is none of it. */
  readonly verdict: 'approved' | 'rejected';
  readonly categoryId: string;
}

export interface ProposalRequest {
  readonly extract: BudgetExtract;
  readonly decisions: readonly Decision[];
}

export interface Proposals {
  /** Every transaction that may get a proposal, oldest first. */
  readonly candidates: readonly TransactionId[];
  /** For some of the candidates, in their order: an engine that knows nothing about one is silent. */
  readonly proposals: readonly Proposal[];
}

/**
 * The contract of engines. An engine proposes for candidates alone (candidates.ts), only categories that the
 * budget shows, and the same for the same request.
 */
export interface SuggestionEngine {
  propose(request: ProposalRequest): Proposals | Promise<Proposals>;
}
