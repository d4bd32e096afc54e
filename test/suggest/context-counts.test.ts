import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContextCounts } from '../../functions/suggest/history/context-counts.ts';
import { hashPair } from '../../functions/suggest/history/hash.ts';
import { countIn } from './counting.ts';

/** What was chosen in one context, counted the plain way. */
function counted(chosen: readonly number[]) {
  const categories = [...new Set(chosen)];
  return categories.map((category) => ({
    category,
    total: chosen.filter((one) => one === category).length,
    recent: chosen.reduce(
      (sum, one, index) => sum + (one === category ? 0.9 ** (chosen.length - 1 - index) : 0),
      0,
    ),
    last: chosen.lastIndexOf(category),
  }));
}

function entriesOf(counts: ContextCounts, place: number) {
  const entries = [];
  for (let entry = counts.first(place); entry >= 0; entry = counts.next(place, entry)) {
    entries.push({
      category: counts.category(entry),
      total: counts.total(entry),
      recent: counts.recent(place, entry),
      day: counts.day(entry),
    });
  }
  return entries;
}

const CHOICES = fc.oneof(
  // A few categories, and so many that their entries move to more room more than once.
  ...[4, 20].map((max) =>
    fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat({ max })), { maxLength: 200 }),
  ),
);

describe('the counts of contexts', () => {
  it('are what counting each context by itself gives, the last choice first', () => {
    fc.assert(
      fc.property(CHOICES, (choices) => {
        const counts = new ContextCounts();
        for (const [day, [key, category]] of choices.entries()) countIn(counts, key, category, day);
        for (const key of new Set(choices.map(([one]) => one))) {
          const days = [...choices.keys()].filter((day) => choices[day]?.[0] === key);
          const chosen = days.map((day) => choices[day]?.[1] ?? -1);
          const expected = counted(chosen).sort((a, b) => b.last - a.last);
          const place = counts.find(key);
          expect(counts.rows(place)).toBe(chosen.length);
          expect(entriesOf(counts, place)).toEqual(
            expected.map(({ category, total, recent, last }) => ({
              category,
              total,
              recent: expect.closeTo(recent, 4),
              day: days[last],
            })),
          );
          expect(counts.allRecent(place)).toBeCloseTo(
            expected.reduce((sum, { recent }) => sum + recent, 0),
            4,
          );
        }
      }),
    );
  });

  it('are the same for many contexts at once, new ones and known ones', () => {
    const oneByOne = new ContextCounts();
    const atOnce = new ContextCounts();
    const rows = [
      [3, 0, 8],
      [3, 5, 0],
      [8, 5, 3],
    ];
    for (const [category, keys] of rows.entries()) {
      const places = Int32Array.from(keys, (key) => (key === 0 ? -1 : atOnce.find(key)));
      atOnce.addAll(Int32Array.from(keys), category, 1, places);
      for (const [index, key] of keys.entries()) {
        if (key !== 0) countIn(oneByOne, key, category, 1);
        expect(places[index]).toBe(key === 0 ? -1 : atOnce.find(key));
      }
    }
    for (const key of [3, 5, 8]) {
      const entries = entriesOf(atOnce, atOnce.find(key));
      expect(entries).toEqual(entriesOf(oneByOne, oneByOne.find(key)));
    }
    expect(atOnce.find(0)).toBe(-1);
  });

  it('name the category with the highest recent count as the usual one', () => {
    fc.assert(
      fc.property(CHOICES, (choices) => {
        const counts = new ContextCounts();
        for (const [day, [key, category]] of choices.entries()) countIn(counts, key, category, day);
        for (const [key] of choices) {
          const chosen = choices.filter(([one]) => one === key).map(([, category]) => category);
          const usual = counted(chosen).find(
            ({ category }) => category === counts.usual(counts.find(key)),
          );
          const most = Math.max(...counted(chosen).map(({ recent }) => recent));
          expect(usual?.recent).toBeCloseTo(most, 4);
        }
      }),
    );
  });

  it('know how many times in a row the last category was chosen', () => {
    const counts = new ContextCounts();
    for (const category of [1, 2, 2, 1, 1, 1]) countIn(counts, 7, category, 0);
    expect(counts.run(counts.find(7))).toBe(3);
  });

  it('have nothing of a context that no row was in', () => {
    const counts = new ContextCounts();
    const place = counts.find(7);
    expect([place, counts.rows(place), counts.first(place), counts.usual(place)]).toEqual([
      -1, 0, -1, -1,
    ]);
  });

  it('keep thousands of contexts apart', () => {
    const counts = new ContextCounts();
    for (let key = 1; key <= 20_000; key++) countIn(counts, hashPair(key, 1), key % 7, key);
    for (let key = 1; key <= 20_000; key++) {
      expect(counts.usual(counts.find(hashPair(key, 1)))).toBe(key % 7);
    }
  });
});
