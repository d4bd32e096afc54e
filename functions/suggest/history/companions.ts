import { COLUMNS, SIGNALS } from './signals.ts';

/** Companions of a row: rows without a category of the same account and day. What is bought together is often alike. */

/** So many are looked at together at most: what the last one is shown stays in memory until then. */
const MOST_TOGETHER = 64;

interface Dated {
  readonly day: number;
  readonly account: string;
}

interface Shown {
  /** Numbers of categories. */
  readonly shortlist: readonly number[];
  /** `SIGNALS` numbers for each of them. */
  readonly signals: Float32Array;
}

/** Places of rows, those of one account and day together, in the order in which the first of them comes. */
export function together(rows: readonly Dated[]): readonly (readonly number[])[] {
  const groups: number[][] = [];
  const latest = new Map<string, number[]>();
  for (const [place, { day, account }] of rows.entries()) {
    const key = `${day} ${account}`;
    const group = latest.get(key);
    if (group !== undefined && group.length < MOST_TOGETHER) {
      group.push(place);
      continue;
    }
    const made = [place];
    latest.set(key, made);
    groups.push(made);
  }
  return groups;
}

/** Adds to the signals of each of these rows what the models expect of the others, by category. */
export function tellOfCompanions(rows: readonly Shown[], categories: number): void {
  if (rows.length < 2) return;
  const expected = new Float64Array(categories);
  for (const { shortlist, signals } of rows) {
    for (let index = 0; index < shortlist.length; index++) {
      const category = shortlist[index] ?? 0;
      expected[category] = (expected[category] ?? 0) + expectation(signals, index);
    }
  }
  for (const { shortlist, signals } of rows) {
    for (let index = 0; index < shortlist.length; index++) {
      const ofOthers = (expected[shortlist[index] ?? 0] ?? 0) - expectation(signals, index);
      const share = Math.max(0, ofOthers) / (rows.length - 1);
      const column = index * SIGNALS + COLUMNS.companions;
      signals[column] = share;
      signals[column + 1] = Math.log(share + 1e-3) / 5 + 1.4;
    }
  }
}

/** The chance that both models give to a category, on average. */
function expectation(signals: Float32Array, index: number): number {
  const start = index * SIGNALS;
  return ((signals[start + COLUMNS.linear] ?? 0) + (signals[start + COLUMNS.network] ?? 0)) / 2;
}
