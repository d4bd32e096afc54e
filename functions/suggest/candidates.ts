import { type BudgetExtract, NONE, TRANSACTION_FLAG } from '../domain/extract.ts';
import { isSuggestable, type TransactionId, transactionId } from '../domain/ids.ts';

/**
 * Which transactions get a proposal, and which ones are learnt from: indexes into the columns of the extract,
 * oldest first.
 */
export interface Candidates {
  readonly open: readonly number[];
  readonly past: readonly number[];
  /** Transfers that stay on the budget. */
  readonly moved: readonly number[];
}

/** A parent has no category of its own, its children do; a starting balance is nobody's purchase. */
const NEVER = TRANSACTION_FLAG.splitParent | TRANSACTION_FLAG.startingBalance;

/**
 * Open are those without a category in an open account on the budget. Past are those with one that the budget still
 * shows, in closed accounts too. Transfers that stay on the budget have no category: they are neither.
 */
export function candidatesOf(extract: BudgetExtract): Candidates {
  const { accounts, payees, categories, transactions } = extract;
  const offBudget = new Map(accounts.map((account) => [account.id, account.offBudget]));
  const staysOnBudget = payees.map(
    ({ transferAccountId }) =>
      transferAccountId !== null && offBudget.get(transferAccountId) !== true,
  );
  const open: number[] = [];
  const past: number[] = [];
  const moved: number[] = [];
  for (const [index, accountIndex] of transactions.account.entries()) {
    const account = accounts[accountIndex];
    if (account === undefined || account.offBudget) continue;
    if (((transactions.flags[index] ?? 0) & NEVER) !== 0) continue;
    const category = transactions.category[index] ?? NONE;
    if (staysOnBudget[transactions.payee[index] ?? -1] === true) {
      moved.push(index);
    } else if (category === NONE) {
      if (!account.closed && isSuggestable(transactions.id[index] ?? '')) open.push(index);
    } else if (categories[category]?.hidden === false) {
      past.push(index);
    }
  }
  return { open, past, moved };
}

/** The id of the transaction at this place of the extract. */
export function idAt({ transactions }: BudgetExtract, index: number): TransactionId {
  return transactionId(transactions.id[index] ?? '');
}
