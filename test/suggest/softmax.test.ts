import { describe, expect, it } from 'vitest';
import { softmax } from '../../functions/suggest/history/softmax.ts';

/** What exponentials make of the scores, taken one by one. */
function exactly(scores: readonly number[]): readonly number[] {
  const highest = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - highest));
  const sum = exponentials.reduce((all, one) => all + one, 0);
  return exponentials.map((one) => one / sum);
}

function sharesOf(...scores: readonly number[]): readonly number[] {
  const shares = Float64Array.from(scores);
  softmax(shares, scores.length);
  return [...shares];
}

describe('shares of scores', () => {
  it('add up to one, whatever the scores', () => {
    const shares = Float64Array.of(1000, 998, -1e9, 5);
    softmax(shares, 3);
    expect([...shares]).toEqual([
      expect.closeTo(1 / (1 + Math.exp(-2)), 6),
      expect.closeTo(Math.exp(-2) / (1 + Math.exp(-2)), 6),
      0,
      5,
    ]);
  });

  it('are what exponentials say, to eight digits', () => {
    for (let score = -9.99; score < 10; score += 0.013) {
      const [one, other] = sharesOf(score, 0);
      const [exactOne = 0, exactOther = 0] = exactly([score, 0]);
      expect(Math.abs((one ?? 0) / exactOne - 1)).toBeLessThan(1e-8);
      expect(Math.abs((other ?? 0) / exactOther - 1)).toBeLessThan(1e-8);
    }
  });

  it('are said of one score as of many, wherever the scores lie', () => {
    expect(sharesOf(-700)).toEqual([1]);
    expect(sharesOf(500, 500, 490)).toEqual(sharesOf(10, 10, 0));
  });

  it('are none at more than ten below the highest', () => {
    const [highest, at, below] = sharesOf(10, 0, -1e-9);
    expect([(highest ?? 0) + (at ?? 0), below]).toEqual([1, 0]);
    expect(at).toBeGreaterThan(0);
  });

  it('leave alone what is behind the scores', () => {
    const scores = Float64Array.of(1, 1, 7);
    softmax(scores, 2);
    expect([...scores]).toEqual([0.5, 0.5, 7]);
  });
});
