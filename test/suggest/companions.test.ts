import { describe, expect, it } from 'vitest';
import { tellOfCompanions, together } from '../../functions/suggest/history/companions.ts';
import { COLUMNS, SIGNALS } from '../../functions/suggest/history/signals.ts';

const CATEGORIES = 4;

/** A row of which both models expect this, by category. */
function row(expected: Readonly<Record<number, number>>) {
  const shortlist = Object.keys(expected).map(Number);
  const signals = new Float32Array(shortlist.length * SIGNALS);
  for (const [index, category] of shortlist.entries()) {
    signals[index * SIGNALS + COLUMNS.linear] = expected[category] ?? 0;
    signals[index * SIGNALS + COLUMNS.network] = expected[category] ?? 0;
  }
  return { shortlist, signals };
}

/** By category, what a row is told of its companions. */
function told({ shortlist, signals }: ReturnType<typeof row>): Readonly<Record<number, number>> {
  return Object.fromEntries(
    shortlist.map((category, index) => [
      category,
      Number((signals[index * SIGNALS + COLUMNS.companions] ?? 0).toFixed(3)),
    ]),
  );
}

describe('the companions of a row', () => {
  it('are of the same account and day', () => {
    const rows = [
      { day: 1, account: 'Visa' },
      { day: 1, account: 'Giro' },
      { day: 1, account: 'Visa' },
      { day: 2, account: 'Visa' },
      { day: 1, account: 'Giro' },
    ];
    expect(together(rows)).toEqual([[0, 2], [1, 4], [3]]);
  });

  it('are no more than 64 at once, however many rows a day has', () => {
    const rows = Array.from({ length: 150 }, () => ({ day: 1, account: 'Visa' }));
    const groups = together(rows);
    expect(groups.map((group) => group.length)).toEqual([64, 64, 22]);
    expect(groups.flat()).toEqual([...rows.keys()]);
  });

  it('tell it what is expected of them, on average, and nothing of itself', () => {
    const rows = [row({ 0: 0.9, 1: 0.1 }), row({ 0: 0.2, 2: 0.8 }), row({ 1: 0.6, 0: 0.4 })];
    tellOfCompanions(rows, CATEGORIES);
    expect(rows.map(told)).toEqual([
      { 0: 0.3, 1: 0.3 },
      { 0: 0.65, 2: 0 },
      { 0: 0.55, 1: 0.05 },
    ]);
  });

  it('tell nothing where there are none', () => {
    const alone = row({ 0: 0.9, 1: 0.1 });
    const before = alone.signals.slice();
    tellOfCompanions([alone], CATEGORIES);
    expect(alone.signals).toEqual(before);
  });
});
