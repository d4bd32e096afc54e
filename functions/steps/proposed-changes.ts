import { type BudgetExtract, NONE, payeeOf, TRANSACTION_FLAG } from '../domain/extract.ts';
import {
  type BudgetId,
  epochSecondsAfter,
  suggestionId,
  type Timestamp,
  type TransactionId,
  timeAfter,
  transactionId,
} from '../domain/ids.ts';
import {
  daysKept,
  type Keeping,
  type KeptSuggestion,
  LONGEST_NAME,
  type Proposal,
  type SuggestedTransaction,
  type Suggestion,
  type SuggestionChange,
} from '../domain/suggestion.ts';
import { shortened } from '../domain/text.ts';

/** What has to be written so that the table shows what an engine proposes now. */
export interface ProposedChanges {
  /** New ones, and pending ones that changed; such as were rejected before, and are not proposed any more, as rejected. */
  readonly put: readonly Suggestion[];
  /** Rejected ones that are proposed anew. */
  readonly reopen: readonly SuggestionChange[];
  /** Rejected ones whose transaction waits still: what was rejected would be proposed again once they expired. */
  readonly renew: readonly SuggestionChange[];
  /** Pending ones whose transaction is gone, has a category, or for which nothing is proposed any more; none for which anything was rejected. */
  readonly remove: readonly Suggestion[];
  /** How many of `put` are for transactions that had no suggestion. */
  readonly added: number;
}

/**
 * Suggestions expire: one that still holds is written again once that makes a difference of a third of its time, or of so many days, to
 * how long it is kept.
 */
const REFRESH_DAYS = 30;

/**
 * Compares what is proposed with what is there. Approved and applied suggestions stay as they are, rejected ones
 * too unless they are to be reopened.
 */
export function proposedChanges(proposed: {
  readonly budgetId: BudgetId;
  readonly existing: readonly KeptSuggestion[];
  readonly proposals: readonly Proposal[];
  readonly transactionOf: TransactionLookup;
  /** All transactions that wait for a category. */
  readonly candidates: readonly TransactionId[];
  readonly reopenRejected: boolean;
  readonly keeping: Keeping;
  readonly now: Timestamp;
}): ProposedChanges {
  const { budgetId, existing, proposals, transactionOf, reopenRejected, keeping, now } = proposed;
  const isDue = (kept: KeptSuggestion) => {
    const days = daysKept(kept, keeping);
    const moved = Math.abs(epochSecondsAfter(now, days) - kept.expiresAt);
    return moved >= Math.min(REFRESH_DAYS, days / 3) * 86_400;
  };
  const before = new Map(existing.map((suggestion) => [suggestion.transactionId, suggestion]));
  const seen = new Set<TransactionId>();
  const put: Suggestion[] = [];
  const reopen: SuggestionChange[] = [];
  let added = 0;
  for (const proposal of proposals) {
    const { transactionId: id } = proposal;
    const transaction = transactionOf(id);
    if (transaction === undefined) continue;
    seen.add(id);
    const old = before.get(id);
    if (old?.status === 'approved' || old?.status === 'applied') continue;
    const next = suggestionOf(budgetId, proposal, transaction, old, now);
    if (old?.status === 'rejected') {
      if (reopenRejected) reopen.push({ before: old, after: next });
      continue;
    }
    if (next.revision === old?.revision && !readsOtherwise(old, next) && !isDue(old)) continue;
    if (old === undefined) added++;
    put.push(next);
  }
  const waiting = new Set(proposed.candidates);
  const remove: Suggestion[] = [];
  const renew: SuggestionChange[] = [];
  for (const kept of existing) {
    // What is written has no such field.
    const { expiresAt: _, ...old } = kept;
    const { status, transactionId: id, rejectedCategoryIds, updatedAt } = old;
    const later = () => ({ ...old, updatedAt: timeAfter(updatedAt, now) });
    const waits = waiting.has(id);
    const isReopened = reopenRejected && seen.has(id);
    if (status === 'rejected' && waits && !isReopened && isDue(kept))
      renew.push({ before: old, after: later() });
    if (status !== 'pending' || seen.has(id)) continue;
    // Removed, it would take along what was rejected before it was proposed, and its transaction may wait again, as one whose split is undone.
    if (rejectedCategoryIds.length === 0) remove.push(old);
    else put.push({ ...later(), status: 'rejected' });
  }
  return { put, reopen, renew, remove, added };
}

/**
 * The suggestion as it is to be: of a higher revision when it says anything else than the old one, counts in its reason
 * aside. That is the time in milliseconds: there may have been one that is gone, or that a restored table does not know, and
 * somebody may still see it and approve it by its id.
 */
function suggestionOf(
  budgetId: BudgetId,
  proposal: Proposal,
  transaction: SuggestedTransaction,
  old: Suggestion | undefined,
  now: Timestamp,
): Suggestion {
  const [first, ...others] = proposal.categories;
  const said = {
    proposals: [shownCategory(first), ...others.map(shownCategory)] as const,
    reason: proposal.reason,
    payeeName: proposal.payeeName ?? null,
    proposedBy: proposal.proposedBy ?? 'history',
  } as const;
  const revision =
    old !== undefined && isKept(old, said, transaction)
      ? old.revision
      : Math.max(Date.parse(now), (old?.revision ?? 0) + 1);
  return {
    id: suggestionId(proposal.transactionId, revision),
    budgetId,
    transactionId: proposal.transactionId,
    revision,
    status: 'pending',
    transaction,
    ...said,
    decision: null,
    rejectedCategoryIds: old?.rejectedCategoryIds ?? [],
    lastOutcome: null,
    appliedBy: null,
    createdAt: old?.createdAt ?? now,
    updatedAt: old === undefined ? now : timeAfter(old.updatedAt, now),
  };
}

type Said = Pick<Suggestion, 'proposals' | 'reason' | 'payeeName' | 'proposedBy'>;

/** Whether the id that a user may have seen still names what it named then. */
function isKept(old: Suggestion, said: Said, { amount, payeeId }: SuggestedTransaction): boolean {
  const { status, transaction } = old;
  const same = transaction.amount === amount && transaction.payeeId === payeeId;
  return status === 'pending' && same && saysTheSame(old, said);
}

function saysTheSame(one: Said, other: Said): boolean {
  return (
    withoutCounts(one.reason) === withoutCounts(other.reason) &&
    one.payeeName === other.payeeName &&
    one.proposedBy === other.proposedBy &&
    one.proposals.length === other.proposals.length &&
    one.proposals.every((proposal, index) => {
      const beside = other.proposals[index];
      return (
        proposal.categoryId === beside?.categoryId &&
        proposal.categoryName === beside.categoryName &&
        proposal.confidence === beside.confidence
      );
    })
  );
}

/**
 * A reason stays the same when nothing but its counts moved: a few transactions that get their category would have half of
 * all suggestions written anew. What counts are worth is in the confidence. Numbers in names are no counts.
 */
function withoutCounts(reason: string): string {
  return reason.replaceAll(/“[^”]*”|\d+/gu, (found) => (found.startsWith('“') ? found : '#'));
}

/** Whether the transaction of an unchanged proposal reads otherwise now. */
function readsOtherwise({ transaction }: Suggestion, next: Suggestion): boolean {
  return Object.entries(next.transaction).some(
    ([field, value]) => Reflect.get(transaction, field) !== value,
  );
}

/** A proposed category as it is kept, shown and compared. */
export function shownCategory({
  categoryId,
  categoryName,
  confidence,
}: Proposal['categories'][number]): Proposal['categories'][number] {
  return {
    categoryId,
    categoryName: shortened(categoryName, LONGEST_NAME),
    // What is proposed is not impossible.
    confidence: Math.max(1, Math.round(confidence * 100)) / 100,
  };
}

export type TransactionLookup = (id: TransactionId) => SuggestedTransaction | undefined;

/** Finds transactions of the extract by id, as users know them. */
export function transactionsOf(extract: BudgetExtract): TransactionLookup {
  const { transactions, payees, accounts } = extract;
  const places = new Map(transactions.id.map((id, index) => [transactionId(id), index]));
  return (id) => {
    const index = places.get(id);
    if (index === undefined) return undefined;
    const date = String(transactions.date[index] ?? 0).padStart(8, '0');
    return {
      date: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`,
      accountName: shortened(accounts[transactions.account[index] ?? -1]?.name ?? '', LONGEST_NAME),
      payee: shortened(payeeOf(extract, index), LONGEST_NAME),
      amount: transactions.amount[index] ?? 0,
      payeeId: payees[transactions.payee[index] ?? NONE]?.id ?? null,
      reconciled: ((transactions.flags[index] ?? 0) & TRANSACTION_FLAG.reconciled) !== 0,
    };
  };
}
