import { describe, expect, it } from 'vitest';
import { StepMaker } from '../../functions/suggest/history/steps.ts';

const SHARES = Float64Array.of(0.6, 0.39, 0.008, 0.002, 0);

/** The sum of each category's steps over many times, divided by them. */
function meanSteps(times: number, chosen: number): readonly number[] {
  const steps = new StepMaker(0.02);
  const sums = SHARES.map(() => 0);
  for (let time = 0; time < times; time++) {
    const { rows: categories, weights: sizes, count } = steps.make(SHARES, SHARES.length, chosen);
    for (let index = 0; index < count; index++) {
      const category = categories[index] ?? -1;
      sums[category] = (sums[category] ?? 0) + (sizes[index] ?? 0);
    }
  }
  return [...sums].map((sum) => sum / times);
}

describe('steps towards a chosen category', () => {
  it('are on average what all the tiny ones would be', () => {
    expect(meanSteps(100_000, 1)).toEqual([
      expect.closeTo(-0.6, 6),
      expect.closeTo(0.61, 6),
      expect.closeTo(-0.008, 3),
      expect.closeTo(-0.002, 3),
      0,
    ]);
  });

  it('always are taken by the chosen one, likely or not', () => {
    const steps = new StepMaker(0.02);
    for (const [chosen, share] of SHARES.entries()) {
      const { rows: categories, weights: sizes, count } = steps.make(SHARES, SHARES.length, chosen);
      const place = categories.subarray(0, count).indexOf(chosen);
      expect(sizes[place]).toBe(1 - share);
    }
  });

  it('are few where most categories are next to impossible', () => {
    const shares = new Float64Array(1000).fill(1e-5);
    expect(new StepMaker(0.02).make(shares, 1000, 0).count).toBeLessThan(20);
  });

  it('are the same every time', () => {
    expect(meanSteps(10, 0)).toEqual(meanSteps(10, 0));
  });
});
