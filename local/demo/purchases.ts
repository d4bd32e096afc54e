import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** The demo's purchases, moved in time so that the newest one was yesterday. */

export interface Purchase {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly account: string;
  readonly payee: string;
  /** In cents, as Actual counts: negative is spent. */
  readonly amount: number;
  /** Empty for those that are to be categorised. */
  readonly category: string;
}

const DAY_MS = 86_400_000;

/** @param today YYYY-MM-DD */
export function demoPurchases(today: string): readonly Purchase[] {
  const rows = readRows(join(import.meta.dirname, 'purchases.csv'));
  const newest =
    rows
      .map(({ date }) => date)
      .sort()
      .at(-1) ?? today;
  const shift = Date.parse(today) - DAY_MS - Date.parse(newest);
  return rows.map((row) => ({
    date: new Date(Date.parse(row.date) + shift).toISOString().slice(0, 10),
    account: row.account,
    payee: row.payee,
    // The council counts what it spends as positive, Actual as negative.
    amount: -Math.round(Number(row.amount) * 100),
    category: row.category,
  }));
}

type Row = Readonly<Record<'date' | 'account' | 'payee' | 'amount' | 'category', string>>;

function readRows(file: string): readonly Row[] {
  return parse(readFileSync(file), { columns: true });
}
