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

  /** @param lessons all of the past, oldest first. */
  constructor(lessons: () => Iterable<Lesson>) {
    this.lessons = lessons;
  }

  of(payee: string): readonly PayeeRow[] {
    this.byPayee ??= rowsByPayee(this.lessons());
    return this.byPayee.get(folded(payee)) ?? [];
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

/** @param rows all of the payee, oldest first. */
export function narrowest(
  rows: readonly PayeeRow[],
  row: Pick<Row, 'account' | 'amount'>,
  category: string,
): Narrow | undefined {
  for (const by of ['account', 'amount'] as const) {
    const alike = rows.filter((one) => one[by] === row[by]);
    const times = alike.filter((one) => one.category === category).length;
    if (times >= FEWEST && 2 * times > alike.length) return { by, times, of: alike.length };
  }
  const latest = rows.length - 1 - rows.findLastIndex((one) => one.category !== category);
  return latest >= FEWEST ? { by: 'time', times: latest, of: rows.length } : undefined;
}
