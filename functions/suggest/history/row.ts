import type { BudgetExtract } from '../../domain/extract.ts';
import { shortened } from '../../domain/text.ts';

/** A transaction as the engine sees it. */
export interface Row {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly account: string;
  /** The payee's name in the budget, or the bank's text where it has none. */
  readonly payee: string;
  /** The bank's text, or the payee's name where there is none. */
  readonly text: string;
  readonly notes: string;
  /** In the budget's smallest unit; negative is spent. */
  readonly amount: number;
}

/** Days since 1970-01-01 of a date written as the number YYYYMMDD. */
function dayOf(date: number): number {
  const year = Math.floor(date / 10_000);
  const month = Math.floor(date / 100) % 100;
  return Date.UTC(year, month - 1, date % 100) / 86_400_000;
}

/** The transaction at this place of the extract. */
export function rowAt({ accounts, payees, transactions }: BudgetExtract, index: number): Row {
  const payeeName = looked(payees[transactions.payee[index] ?? -1]?.name);
  const text = looked(transactions.importedPayee[index]);
  return {
    day: dayOf(transactions.date[index] ?? 0),
    account: accounts[transactions.account[index] ?? -1]?.id ?? '',
    payee: payeeName === '' ? text : payeeName,
    text: text === '' ? payeeName : text,
    notes: looked(transactions.notes[index]),
    amount: transactions.amount[index] ?? 0,
  };
}

/** What is looked at of a text: taking apart ten times as much takes a hundred times as long. */
const LONGEST_TEXT = 500;

export function looked(text = ''): string {
  return shortened(text, LONGEST_TEXT);
}
