import type { BudgetId, JobId, SuggestionId, Timestamp, TransactionId } from './ids.ts';
import type { RefusalCode } from './refusals.ts';

export const SUGGESTION_STATUSES = ['pending', 'approved', 'rejected', 'applied'] as const;
export type SuggestionStatus = (typeof SUGGESTION_STATUSES)[number];

/** Who proposes: what was chosen before, or a language model. */
export const PROPOSERS = ['history', 'model'] as const;
export type Proposer = (typeof PROPOSERS)[number];

/** One category that an engine proposes. */
export interface CategoryProposal {
  readonly categoryId: string;
  /** Name at the time of the proposal, for people to read. */
  readonly categoryName: string;
  /** 0..1: the share of such proposals that turn out right. */
  readonly confidence: number;
}

/** What an engine says about one transaction. */
export interface Proposal {
  readonly transactionId: TransactionId;
  /** Best first, one to three. */
  readonly categories: readonly [CategoryProposal, ...CategoryProposal[]];
  /** In plain words, for the user. */
  readonly reason: string;
  /** A payee, where the bank's text is not one the budget knows. */
  readonly payeeName?: string;
  /** `history` where nothing is said. */
  readonly proposedBy?: Proposer;
}

/** Characters that are kept of a name: longer ones, a hundred at a time, are more than a transaction of the table holds. */
export const LONGEST_NAME = 200;

/** The transaction as the user knows it, kept with the suggestion so that a list needs no budget. */
export interface SuggestedTransaction {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly accountName: string;
  /** The payee's name, or the bank's text where there is none. */
  readonly payee: string;
  /** In the budget's smallest unit (cents); negative is spent. */
  readonly amount: number;
  /** Actual's id of the payee; null where there is none yet. */
  readonly payeeId: string | null;
  /** Reconciled ones keep their payee. */
  readonly reconciled: boolean;
}

/** What a user decided to have written: the proposal, or a correction of it. */
export interface SuggestionDecision {
  readonly categoryId: string;
  /** Null for a category that was not among the proposals: its name is in the budget alone. */
  readonly categoryName: string | null;
  readonly payeeName: string | null;
  readonly decidedAt: Timestamp;
  /** As in a job's `requestedBy`. */
  readonly decidedBy: string;
}

export interface Suggestion {
  readonly id: SuggestionId;
  readonly budgetId: BudgetId;
  readonly transactionId: TransactionId;
  /** The time of the proposal in milliseconds, so that no id ever comes again; a new proposal has a higher one. */
  readonly revision: number;
  readonly status: SuggestionStatus;
  readonly transaction: SuggestedTransaction;
  readonly proposals: Proposal['categories'];
  readonly reason: string;
  readonly payeeName: string | null;
  readonly proposedBy: Proposer;
  /** Null while nobody has approved it. */
  readonly decision: SuggestionDecision | null;
  /** Categories that were rejected for this transaction; never proposed for it again. */
  readonly rejectedCategoryIds: readonly string[];
  /** Why the last apply left it as it was; null when there was none, or it went through. */
  readonly lastOutcome: { readonly code: RefusalCode; readonly at: Timestamp } | null;
  /** The job that wrote it into the budget. */
  readonly appliedBy: JobId | null;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

/** A suggestion as it was read, and as it is to be: it is written only where nobody changed it in between. */
export interface SuggestionChange {
  readonly before: Suggestion;
  readonly after: Suggestion;
}

/** How long suggestions are kept, in days from their last change. */
export interface Keeping {
  /** Those that nobody has decided on. */
  readonly pendingDays: number;
  /** All others. */
  readonly retentionDays: number;
}

/** One that was proposed anew is all that knows what was rejected before: it is kept for as long as a rejection is, at least. */
export function daysKept(
  { status, rejectedCategoryIds }: Pick<Suggestion, 'status' | 'rejectedCategoryIds'>,
  { pendingDays, retentionDays }: Keeping,
): number {
  if (status !== 'pending') return retentionDays;
  return rejectedCategoryIds.length === 0 ? pendingDays : Math.max(pendingDays, retentionDays);
}

/** A suggestion as it was read. */
export interface KeptSuggestion extends Suggestion {
  /** Until when it is kept, in seconds since the epoch: it may have been written when other days were told. */
  readonly expiresAt: number;
}
