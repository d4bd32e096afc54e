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
export function dayOf(date: number): number {
  const year = Math.floor(date / 10_000);
  const month = Math.floor(date / 100) % 100;
  return Date.UTC(year, month - 1, date % 100) / 86_400_000;
}
