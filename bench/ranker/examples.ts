import { together } from '../../functions/suggest/history/companions.ts';
import { Learner, type Look } from '../../functions/suggest/history/learner.ts';
import { SIGNALS } from '../../functions/suggest/history/signals.ts';
import type { Purchase } from '../purchases.ts';

/** What the ranker was shown for one row, and which category was right. Half of the signals are 0 and left out. */
export interface Example {
  /** Categories on the shortlist. */
  readonly count: number;
  /** Where the signals of each category begin, and where the last one's end. */
  readonly starts: Uint16Array;
  /** Which signals these are, and how large. */
  readonly places: Uint8Array;
  readonly sizes: Float32Array;
  /** Place of the right one on the shortlist. */
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
  for (const period of periodsOf(purchases, periodLength)) {
    const rows = period.filter(({ date }) => date >= from);
    for (const group of together(rows.map(({ row }) => row))) {
      const of = group.flatMap((place) => rows[place] ?? []);
      const looks = learner.look(of.map(({ row }) => row));
      for (const [index, look] of looks.entries()) {
        if (random() >= share) continue;
        const right = learner.numberFor(of[index]?.category ?? '');
        const place = right === undefined ? -1 : look.shortlist.indexOf(right);
        if (place >= 0) examples.push(exampleOf(look, place));
      }
    }
    for (const { row, category } of period) learner.learn(row, category);
  }
  return examples;
}

function periodsOf(purchases: readonly Purchase[], length: number): Iterable<readonly Purchase[]> {
  return Map.groupBy(purchases, ({ date }) => date.slice(0, length)).values();
}

function exampleOf({ shortlist, signals }: Look, right: number): Example {
  const count = shortlist.length;
  const starts = new Uint16Array(count + 1);
  const places: number[] = [];
  const sizes: number[] = [];
  for (let one = 0; one < count; one++) {
    for (let place = 0; place < SIGNALS; place++) {
      const size = signals[one * SIGNALS + place] ?? 0;
      if (size === 0) continue;
      places.push(place);
      sizes.push(size);
    }
    starts[one + 1] = places.length;
  }
  return {
    count,
    starts,
    places: Uint8Array.from(places),
    sizes: Float32Array.from(sizes),
    right,
  };
}
