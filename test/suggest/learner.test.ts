import { describe, expect, it } from 'vitest';
import { Learner, type Look } from '../../functions/suggest/history/learner.ts';
import type { Row } from '../../functions/suggest/history/row.ts';
import { COLUMNS, SIGNALS } from '../../functions/suggest/history/signals.ts';

const row = (payee: string, day: number, account = 'Visa'): Row => ({
  day,
  account,
  payee,
  text: payee,
  notes: '',
  amount: -1000,
});

/** A learner that knows two payees, of different categories. */
function learner(): Learner {
  const made = new Learner(40, ['Office', 'Fun']);
  for (let day = 0; day < 20; day++) {
    made.learn(row('Staples', day), 'Office');
    made.learn(row('Cinema', day), 'Fun');
  }
  return made;
}

/** What a row is told of its companions about a category. */
function ofCompanions(look: Look | undefined, category: number): number {
  const index = look?.shortlist.indexOf(category) ?? -1;
  return look?.signals[index * SIGNALS + COLUMNS.companions] ?? Number.NaN;
}

describe('a learner that is asked about rows of one account and day', () => {
  it('tells each of them what it expects of the others', () => {
    const known = learner();
    const [office, fun] = [known.numberFor('Office') ?? -1, known.numberFor('Fun') ?? -1];
    const [staples, cinema] = known.look([row('Staples', 30), row('Cinema', 30)]);
    expect(ofCompanions(staples, fun)).toBeGreaterThan(0.6);
    expect(ofCompanions(staples, office)).toBeLessThan(0.4);
    expect(ofCompanions(cinema, office)).toBeGreaterThan(0.6);
  });

  it('ranks rows of several accounts and days in the order in which they were asked', () => {
    const rankings = learner().propose(
      [
        row('Staples', 30),
        row('Cinema', 31),
        row('Cinema', 30),
        row('Staples', 30, 'Giro'),
        row('Staples', 31),
      ].map((one) => ({ row: one })),
    );
    expect(rankings.map(({ categories }) => categories[0]?.category)).toEqual([
      'Office',
      'Fun',
      'Fun',
      'Office',
      'Office',
    ]);
  });

  it('keeps refused categories from the row that they were refused for, and from no other', () => {
    const rankings = learner().propose([
      { row: row('Cinema', 30), refused: new Set(['Fun']) },
      { row: row('Cinema', 30) },
    ]);
    expect(rankings.map(({ categories }) => categories[0]?.category)).toEqual(['Office', 'Fun']);
  });
});
