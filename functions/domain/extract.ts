/**
 * The extract of a budget: the columns that suggestions learn from and propose for. It is made from the budget's database,
 * and read without Actual's library. Columns rather than rows: a budget may hold 200,000 transactions.
 */

export interface ExtractCategory {
  readonly id: string;
  readonly name: string;
  readonly hidden: boolean;
  readonly income: boolean;
}

export interface ExtractAccount {
  readonly id: string;
  readonly name: string;
  readonly offBudget: boolean;
  readonly closed: boolean;
}

export interface ExtractPayee {
  readonly id: string;
  readonly name: string;
  /** The account behind a transfer payee. */
  readonly transferAccountId: string | null;
}

/** Dates that an extract may have, as numbers: from the first day to the last one whose year has four digits. */
export const DATES = { first: 101, last: 99_991_231 } as const;

/** Index of the payee or the category of a transaction that has none. */
export const NONE = -1;

/** One entry of every column is one transaction that is not deleted, oldest first. */
export interface TransactionColumns {
  readonly id: readonly string[];
  /** As numbers, YYYYMMDD. */
  readonly date: readonly number[];
  /** Index into `accounts`. */
  readonly account: readonly number[];
  /** Index into `payees`, or `NONE`. */
  readonly payee: readonly number[];
  /** The bank's text; '' for none. */
  readonly importedPayee: readonly string[];
  readonly notes: readonly string[];
  /** In the budget's smallest unit; negative is spent. */
  readonly amount: readonly number[];
  /** Index into `categories`, or `NONE`. */
  readonly category: readonly number[];
  /** Sum of `TRANSACTION_FLAG` values. */
  readonly flags: readonly number[];
}

export const TRANSACTION_FLAG = {
  splitParent: 1,
  splitChild: 2,
  startingBalance: 4,
  reconciled: 8,
} as const;

export interface BudgetExtract {
  readonly schema: 1;
  readonly categories: readonly ExtractCategory[];
  readonly accounts: readonly ExtractAccount[];
  readonly payees: readonly ExtractPayee[];
  readonly transactions: TransactionColumns;
}

/** The payee of the transaction at this place, as people know it: by its name, or the bank's text where there is none. */
export function payeeOf({ payees, transactions }: BudgetExtract, place: number): string {
  const name = payees[transactions.payee[place] ?? NONE]?.name ?? '';
  return name === '' ? (transactions.importedPayee[place] ?? '') : name;
}
