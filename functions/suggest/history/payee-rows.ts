import { folded } from '../../domain/text.ts';
import type { Row } from './row.ts';

/** What is known of a past transaction of a payee. */
export interface PayeeRow extends Pick<Row, 'account' | 'amount'> {
  readonly category: string;
}

interface Lesson {
  readonly row: Row;
  readonly category: string;
}

/** The past by payee, row by row: looked through when it is first asked for, which few budgets need. */
export class PayeeRows {
  private readonly lessons: () => Iterable<Lesson>;
  private byPayee: Map<string, PayeeRow[]> | undefined;
  /** Kept: many transactions of a payee may ask. */
  private readonly counted = new Map<string, PayeeCounts>();

  /** @param lessons all of the past, oldest first. */
  constructor(lessons: () => Iterable<Lesson>) {
    this.lessons = lessons;
  }

  of(payee: string): PayeeCounts {
    const key = folded(payee);
    this.byPayee ??= rowsByPayee(this.lessons());
    const counts = this.counted.get(key) ?? countsOf(this.byPayee.get(key) ?? []);
    this.counted.set(key, counts);
    return counts;
  }
}

function rowsByPayee(lessons: Iterable<Lesson>): Map<string, PayeeRow[]> {
  const byPayee = new Map<string, PayeeRow[]>();
  // Folding a text takes longer than finding it.
  const byWriting = new Map<string, PayeeRow[]>();
  for (const { row, category } of lessons) {
    const { payee, account, amount } = row;
    let rows = byWriting.get(payee);
    if (rows === undefined) {
      const key = folded(payee);
      rows = byPayee.get(key) ?? [];
      byPayee.set(key, rows);
      byWriting.set(payee, rows);
    }
    rows.push({ account, amount, category });
  }
  return byPayee;
}

/** Rows that are alike in something, and of them those of each category. */
interface Alike {
  rows: number;
  readonly of: Map<string, number>;
}

/** What a payee was, by what its rows have in common. */
export interface PayeeCounts {
  readonly rows: number;
  readonly account: ReadonlyMap<string, Alike>;
  readonly amount: ReadonlyMap<number, Alike>;
  /** How many of the last ones were of the same category, and which. */
  readonly last: { readonly category: string; readonly times: number } | undefined;
}

/** @param rows all of a payee, oldest first. */
export function countsOf(rows: readonly PayeeRow[]): PayeeCounts {
  const account = new Map<string, Alike>();
  const amount = new Map<number, Alike>();
  for (const row of rows) {
    count(account, row.account, row.category);
    count(amount, row.amount, row.category);
  }
  const category = rows.at(-1)?.category;
  if (category === undefined) return { rows: 0, account, amount, last: undefined };
  const times = rows.length - 1 - rows.findLastIndex((row) => row.category !== category);
  return { rows: rows.length, account, amount, last: { category, times } };
}

function count<Key>(alike: Map<Key, Alike>, key: Key, category: string): void {
  const counts = alike.get(key) ?? { rows: 0, of: new Map<string, number>() };
  alike.set(key, counts);
  counts.rows++;
  counts.of.set(category, (counts.of.get(category) ?? 0) + 1);
}

/** Transactions of a payee most of which are of a category. */
export interface Narrow {
  /** What they have in common with the row, beside the payee; the time is that they are the last ones. */
  readonly by: 'account' | 'amount' | 'time';
  readonly times: number;
  /** How many they are; by time, how many the payee has. */
  readonly of: number;
}

/** Fewer than these show nothing in common. */
const FEWEST = 2;

export function narrowest(
  { rows, account, amount, last }: PayeeCounts,
  row: Pick<Row, 'account' | 'amount'>,
  category: string,
): Narrow | undefined {
  const kinds = [
    ['account', account.get(row.account)],
    ['amount', amount.get(row.amount)],
  ] as const;
  for (const [by, alike] of kinds) {
    const times = alike?.of.get(category) ?? 0;
    const of = alike?.rows ?? 0;
    if (times >= FEWEST && 2 * times > of) return { by, times, of };
  }
  if (last?.category !== category || last.times < FEWEST) return undefined;
  return { by: 'time', times: last.times, of: rows };
}
