import { describe, expect, it } from 'vitest';
import { LatestDecisions, withFirst } from '../../functions/suggest/history/latest-decisions.ts';

const tally = (of: Readonly<Record<string, number>>) => ({
  rows: Object.values(of).reduce((sum, count) => sum + count, 0),
  of: new Map(Object.entries(of).map(([category, times]) => [category, { times }])),
});

const approved = (category: string) => ({ category, verdict: 'approved' as const });

describe('the latest decision for a payee', () => {
  it.each([
    ['was never seen', undefined, 'Fun'],
    ['was always of one kind', tally({ Food: 20 }), 'Fun'],
    ['was nearly always of one kind', tally({ Food: 8, Gifts: 2 }), 'Fun'],
    ['was of many kinds', tally({ Food: 7, Gifts: 3 }), undefined],
    ['was always of this kind', tally({ Fun: 8, Gifts: 2 }), undefined],
  ])('that %s', (_what, past, expected) => {
    const latest = new LatestDecisions();
    latest.add('Lidl', approved('Fun'), past);
    expect(latest.of('LIDL ')).toBe(expected);
  });

  it('is what all decisions agree on', () => {
    const latest = new LatestDecisions();
    for (const payee of ['Lidl', 'LIDL']) latest.add(payee, approved('Fun'), undefined);
    expect(latest.of('Lidl')).toBe('Fun');
  });

  it('is none when decisions disagree', () => {
    const latest = new LatestDecisions();
    for (const category of ['Fun', 'Food', 'Fun'])
      latest.add('Lidl', approved(category), undefined);
    expect(latest.of('Lidl')).toBeUndefined();
  });

  it.each([
    ['Fun', 'Food'],
    ['Food', 'Fun'],
  ])('is none when one of them is what the payee always was: %s, %s', (...decided) => {
    const latest = new LatestDecisions();
    for (const category of decided) latest.add('Lidl', approved(category), tally({ Food: 20 }));
    expect(latest.of('Lidl')).toBeUndefined();
  });

  it('is also what the payee always was, where another category was corrected to it', () => {
    const latest = new LatestDecisions();
    latest.add('Lidl', { category: 'Food', verdict: 'corrected' }, tally({ Food: 20 }));
    expect(latest.of('Lidl')).toBe('Food');
  });

  it('is none for transactions without a payee', () => {
    const latest = new LatestDecisions();
    latest.add('', approved('Fun'), undefined);
    expect(latest.of('')).toBeUndefined();
  });
});

describe('a category that is put first', () => {
  it('leaves the others what is left, in their order', () => {
    const ranked = withFirst(
      [
        { category: 'Food', confidence: 0.9 },
        { category: 'Fun', confidence: 0.06 },
        { category: 'Gifts', confidence: 0.03 },
      ],
      'Fun',
    );
    expect(ranked.map(({ category }) => category)).toEqual(['Fun', 'Food', 'Gifts']);
    const confidences = ranked.map(({ confidence }) => confidence);
    expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
    expect(confidences.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1);
  });

  it('keeps its own confidence where it was first already', () => {
    const ranked = [{ category: 'Fun', confidence: 0.95 }];
    expect(withFirst(ranked, 'Fun')).toEqual(ranked);
  });

  it('is no less sure where it was first already than where it was not', () => {
    const [first, second] = withFirst(
      [
        { category: 'Fun', confidence: 0.49 },
        { category: 'Food', confidence: 0.47 },
      ],
      'Fun',
    );
    expect(first).toEqual({ category: 'Fun', confidence: 0.7 });
    expect(second?.confidence).toBeCloseTo(0.3);
  });
});
