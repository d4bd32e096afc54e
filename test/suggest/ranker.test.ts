import { describe, expect, it } from 'vitest';
import { Ranker } from '../../functions/suggest/history/ranker.ts';
import { rankerOf, rankerWeights } from '../../functions/suggest/history/ranker-weights.ts';
import { SIGNALS } from '../../functions/suggest/history/signals.ts';

const zeros = (count: number) => new Array<number>(count).fill(0);

/** One hidden unit that passes on the first signal above 1, and a straight way for the second. */
const WRITTEN = {
  first: { outputs: 1, weights: [1, ...zeros(SIGNALS - 1)], biases: [-1] },
  second: { outputs: 1, weights: [2], biases: [0] },
  last: { outputs: 1, weights: [3], biases: [0.5] },
  straight: [0, 10, ...zeros(SIGNALS - 2)],
};

describe('the ranker', () => {
  it('scores each category by its signals alone', () => {
    const signals = new Float32Array(3 * SIGNALS);
    signals.set([1.5, 0], 0);
    signals.set([0.5, 0], SIGNALS);
    signals.set([0.5, 2], 2 * SIGNALS);
    const scores = new Float64Array(3);
    new Ranker(rankerOf(WRITTEN)).score(signals, 3, scores);
    expect([...scores]).toEqual([3.5, 0.5, 20.5]);
  });

  it('has weights for just the signals that there are', () => {
    expect(rankerWeights().straight).toHaveLength(SIGNALS);
  });

  it('says so when its weights are for other signals', () => {
    expect(() => rankerOf({ ...WRITTEN, straight: zeros(SIGNALS - 1) })).toThrow(
      `The ranker has ${SIGNALS - 1} weights where ${SIGNALS} belong`,
    );
  });
});
