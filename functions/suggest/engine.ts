import type { BudgetExtract } from '../domain/extract.ts';
import type { TransactionId } from '../domain/ids.ts';
import type { JobCounts, JobWarning } from '../domain/job.ts';
import type { Proposal } from '../domain/suggestion.ts';

/** What a user decided about a transaction and the budget does not show yet; of rejections there may be several. */
export interface Decision {
  readonly transactionId: TransactionId;
  /** Approved as it was proposed, or corrected: the transaction counts as one of this category. Rejected: it is none of it. */
  readonly verdict: 'approved' | 'corrected' | 'rejected';
  readonly categoryId: string;
}

/** What a language model proposed before, and nobody has decided on yet. */
export interface StandingProposal {
  readonly transactionId: TransactionId;
  /** The payee as the transaction had it then. */
  readonly payee: string;
  readonly categories: Proposal['categories'];
}

export interface ProposalRequest {
  readonly decisions: readonly Decision[];
  /** An engine that pays for its answers gives these again instead of asking. */
  readonly standing?: readonly StandingProposal[];
  /** Such an engine asks for these candidates alone; without it, for all that nothing is known about. */
  readonly wanted?: (id: TransactionId) => boolean;
  /** It asks even where a proposal stands. */
  readonly anew?: boolean;
}

export interface Proposals {
  /** Every transaction that may get a proposal, oldest first. */
  readonly candidates: readonly TransactionId[];
  /** For some of the candidates, in their order: an engine that knows nothing about one is silent. */
  readonly proposals: readonly Proposal[];
  /** Those of the proposals for which account and amount alone speak: of such a payee nothing is known. */
  readonly guessed?: readonly TransactionId[];
  /** Candidates whose text nearly always came with transfers: no other engine is to be asked about them. */
  readonly transfers?: readonly TransactionId[];
  /** What the engine could not do. */
  readonly warnings?: readonly JobWarning[];
  /** What it spent. */
  readonly counts?: Pick<JobCounts, 'modelCalls' | 'modelTokens'>;
}

/**
 * The contract of engines. An engine proposes for candidates alone (candidates.ts), only categories that the
 * budget shows, and the same for the same extract and request.
 */
export interface SuggestionEngine {
  /**
   * @param request may still be on its way: what the extract teaches is learnt meanwhile.
   * @throws what the request fails with, and does no more for it.
   */
  propose(
    extract: BudgetExtract,
    request: ProposalRequest | Promise<ProposalRequest>,
  ): Promise<Proposals>;
}
