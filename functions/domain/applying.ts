import { type BudgetExtract, TRANSACTION_FLAG } from './extract.ts';
import type { TransactionId } from './ids.ts';
import { APPROVE_ANEW, type RefusalCode } from './refusals.ts';
import type { Suggestion } from './suggestion.ts';
import { folded } from './text.ts';

/** What applying a suggestion would do to a budget as it stands on its server now. */
export type Verdict =
  | {
      readonly kind: 'write';
      readonly suggestion: Suggestion;
      readonly update: TransactionUpdate;
      readonly payeeKept: boolean;
    }
  | {
      readonly kind: 'done';
      readonly suggestion: Suggestion;
      /** Another payee was wanted, but the transaction keeps its own. */
      readonly payeeKept: boolean;
    }
  | { readonly kind: 'refused'; readonly suggestion: Suggestion; readonly code: RefusalCode };

/** One change to a budget. */
export interface TransactionUpdate {
  readonly transactionId: TransactionId;
  readonly categoryId: string;
  /** Found among the budget's payees by name, or created. Left as it is unless given. */
  readonly payeeName?: string;
}

/** What is to be written: the decision, or the first proposal where nobody decided. */
function wantedOf({ decision, proposals, payeeName }: Suggestion): {
  readonly categoryId: string;
  readonly payeeName: string | null;
} {
  return decision ?? { categoryId: proposals[0].categoryId, payeeName };
}

/**
 * Checks each suggestion against the budget. A transaction that has the wanted category already is done: an apply
 * that was interrupted may be run again. Unless it still has the payee that is to be replaced: then somebody else set
 * the category, and the payee is left to do. Nor is a transfer done: it became one while its category was sent, and Actual counts
 * that as spent.
 */
export function verdicts(
  extract: BudgetExtract,
  suggestions: readonly Suggestion[],
): readonly Verdict[] {
  const places = new Map(extract.transactions.id.map((id, index) => [id, index]));
  const payees = new Set(extract.payees.map(({ id }) => id));
  const naming = payeeNaming(extract);
  const categories = new Map(extract.categories.map((one) => [one.id, one]));
  return suggestions.map((suggestion): Verdict => {
    const { transactionId, transaction } = suggestion;
    const { categoryId } = wantedOf(suggestion);
    const refused = (code: RefusalCode): Verdict => ({ kind: 'refused', suggestion, code });
    const index = places.get(transactionId);
    if (index === undefined) return refused('TRANSACTION_GONE');
    const found = transactionAt(extract, index);
    const { payeeName, payeeKept } = payeeFor(suggestion, found, naming);
    if (found.categoryId === categoryId && !found.transfer) {
      const payeeIsLeft = payeeName !== undefined && found.payeeId === transaction.payeeId;
      if (!payeeIsLeft) return { kind: 'done', suggestion, payeeKept };
    }
    const code = refusalBy(suggestion, found, payees);
    if (code !== undefined) return refused(code);
    const category = categories.get(categoryId);
    if (category === undefined) return refused('CATEGORY_GONE');
    if (category.hidden) return refused('CATEGORY_HIDDEN');
    const payee = payeeName === undefined ? {} : { payeeName };
    return {
      kind: 'write',
      suggestion,
      update: { transactionId, categoryId, ...payee },
      payeeKept,
    };
  });
}

/** The payee that the transaction gets; none where it has the wanted one already, or keeps its own. */
function payeeFor(
  suggestion: Suggestion,
  found: FoundTransaction,
  { isNamed, isThere }: PayeeNaming,
): { readonly payeeName?: string; readonly payeeKept: boolean } {
  const { payeeName } = wantedOf(suggestion);
  if (payeeName === null || isNamed(found.payeeName, payeeName)) return { payeeKept: false };
  // What was proposed is a payee of the budget: one that was renamed or merged since is not made anew.
  const isGone = payeeName === suggestion.payeeName && !isThere(payeeName);
  return found.keepsPayee || isGone ? { payeeKept: true } : { payeeName, payeeKept: false };
}

/** Why the transaction must not be changed; undefined when it may. @param payees ids of those that are there. */
function refusalBy(
  suggestion: Suggestion,
  found: FoundTransaction,
  payees: ReadonlySet<string>,
): RefusalCode | undefined {
  const { transaction, lastOutcome, status } = suggestion;
  if (found.splitParent) return 'TRANSACTION_SPLIT';
  if (found.transfer) return 'TRANSACTION_TRANSFER';
  if (found.categoryId !== null && found.categoryId !== wantedOf(suggestion).categoryId) {
    return 'TRANSACTION_CATEGORISED';
  }
  if (!found.accountOpen) return 'ACCOUNT_CLOSED';
  if (found.reconciled && !transaction.reconciled) return 'TRANSACTION_RECONCILED';
  if (found.payeeId !== transaction.payeeId) {
    const merged = transaction.payeeId !== null && !payees.has(transaction.payeeId);
    return merged ? 'PAYEE_MERGED' : 'TRANSACTION_CHANGED';
  }
  if (found.amount !== transaction.amount) return 'TRANSACTION_CHANGED';
  const isAskedAnew = lastOutcome !== null && APPROVE_ANEW.has(lastOutcome.code);
  return status === 'approved' && isAskedAnew ? lastOutcome.code : undefined;
}

/**
 * What is to be written still, once the suggestions were read again: opening a budget takes its time, and whoever rejected
 * or corrected one in that time was told that it counts.
 */
export function asDecidedNow(
  judged: readonly Verdict[],
  now: readonly Suggestion[],
): readonly Verdict[] {
  const byTransaction = new Map(now.map((one) => [one.transactionId, one]));
  return judged.map((verdict): Verdict => {
    if (verdict.kind !== 'write') return verdict;
    const { suggestion: before } = verdict;
    const suggestion = byTransaction.get(before.transactionId);
    return suggestion !== undefined && isApprovedAlike(suggestion, before)
      ? { ...verdict, suggestion }
      : { kind: 'refused', suggestion: suggestion ?? before, code: 'DECIDED_ANEW' };
  });
}

function isApprovedAlike(suggestion: Suggestion, before: Suggestion): boolean {
  const [wanted, wantedBefore] = [wantedOf(suggestion), wantedOf(before)];
  return (
    suggestion.status === 'approved' &&
    suggestion.revision === before.revision &&
    wanted.categoryId === wantedBefore.categoryId &&
    wanted.payeeName === wantedBefore.payeeName
  );
}

/** Of what was written, what the budget shows after the sync: another device may have written last. */
export function confirmed(
  extract: BudgetExtract,
  updates: readonly TransactionUpdate[],
): ReadonlySet<TransactionId> {
  const places = new Map(extract.transactions.id.map((id, index) => [id, index]));
  const { isNamed } = payeeNaming(extract);
  const shown = updates.filter(({ transactionId, categoryId, payeeName }) => {
    const index = places.get(transactionId);
    if (index === undefined) return false;
    const found = transactionAt(extract, index);
    const payeeShown = payeeName === undefined || isNamed(found.payeeName, payeeName);
    return found.categoryId === categoryId && payeeShown && !found.transfer;
  });
  return new Set(shown.map(({ transactionId }) => transactionId));
}

type PayeeNaming = ReturnType<typeof payeeNaming>;

/**
 * Which payee a name means: the one of that very name where the budget has it, or else one of a name that is the same but for
 * its spelling. Some budgets have both Cafe and Café.
 */
function payeeNaming({ payees }: BudgetExtract) {
  const own = payees.filter(({ transferAccountId }) => transferAccountId === null);
  const names = new Set(own.map(({ name }) => name));
  const foldedNames = new Set(own.map(({ name }) => folded(name)));
  return {
    isNamed: (payee: string | null, name: string): boolean =>
      payee !== null && (payee === name || (!names.has(name) && folded(payee) === folded(name))),
    isThere: (name: string): boolean => foldedNames.has(folded(name)),
  };
}

type FoundTransaction = ReturnType<typeof transactionAt>;

function transactionAt({ accounts, payees, categories, transactions }: BudgetExtract, at: number) {
  const account = accounts[transactions.account[at] ?? -1];
  const payee = payees[transactions.payee[at] ?? -1];
  const flags = transactions.flags[at] ?? 0;
  const reconciled = (flags & TRANSACTION_FLAG.reconciled) !== 0;
  const behind = accounts.find(({ id }) => id === payee?.transferAccountId);
  return {
    categoryId: categories[transactions.category[at] ?? -1]?.id ?? null,
    payeeId: payee?.id ?? null,
    payeeName: payee?.name ?? null,
    amount: transactions.amount[at] ?? 0,
    splitParent: (flags & TRANSACTION_FLAG.splitParent) !== 0,
    reconciled,
    /** With another payee a transfer is none: Actual deletes what it brought to the other account, at the next change at the latest. */
    keepsPayee: reconciled || behind !== undefined,
    /** Between two accounts on the budget: money that is nobody's spending. */
    transfer: behind !== undefined && !behind.offBudget,
    accountOpen: account !== undefined && !account.closed && !account.offBudget,
  };
}
