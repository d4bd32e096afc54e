import { Learner } from '../../functions/suggest/history/learner.ts';
import { SIGNALS } from '../../functions/suggest/history/signals.ts';
import type { Purchase } from '../purchases.ts';

/** What the ranker was shown for one row, and which category was right. */
export interface Example {
  /** `SIGNALS` numbers for each category of the shortlist. */
  readonly signals: Float32Array;
  /** Categories on the shortlist. */
  readonly count: number;
  /** Place of the right one. */
  readonly right: number;
}

export interface ExampleOptions {
  /** How much of a date tells one period from the next: a period's categories are revealed at its end. */
  readonly periodLength: number;
  /** Rows before this date are learnt, but give no examples. */
  readonly from: string;
  /** The share of rows that give an example. */
  readonly share: number;
  readonly random: () => number;
}

/** Plays purchases period by period and notes what the ranker would be shown, as a job would find it. */
export function examplesOf(
  purchases: readonly Purchase[],
  { periodLength, from, share, random }: ExampleOptions,
): readonly Example[] {
  const learner = new Learner(purchases.length);
  const examples: Example[] = [];
  let period: Purchase[] = [];
  for (const purchase of purchases) {
    if (period[0]?.date.slice(0, periodLength) !== purchase.date.slice(0, periodLength)) {
      for (const { row, category } of period) learner.learn(row, category);
      period = [];
    }
    period.push(purchase);
    if (purchase.date < from || random() >= share) continue;
    const right = learner.numberFor(purchase.category);
    if (right === undefined) continue;
    const { shortlist, signals } = learner.look(purchase.row);
    const place = shortlist.indexOf(right);
    if (place < 0) continue;
    const count = shortlist.length;
    examples.push({ signals: signals.slice(0, count * SIGNALS), count, right: place });
  }
  return examples;
}
