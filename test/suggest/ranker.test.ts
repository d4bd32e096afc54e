import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Layer, Ranker, type RankerWeights } from '../../functions/suggest/history/ranker.ts';
import { rankerOf, rankerWeights } from '../../functions/suggest/history/ranker-weights.ts';
import { SIGNALS } from '../../functions/suggest/history/signals.ts';

const zeros = (count: number) => new Array<number>(count).fill(0);

/** One hidden unit that passes on the first signal above 1, and a straight way for the second; in ten-thousandths. */
const WRITTEN = {
  first: { outputs: 1, weights: [10_000, ...zeros(SIGNALS - 1)], biases: [-10_000] },
  second: { outputs: 1, weights: [20_000], biases: [0] },
  last: { outputs: 1, weights: [30_000], biases: [5_000] },
  straight: [0, 100_000, ...zeros(SIGNALS - 2)],
};

/** Layer by layer, weight by weight. */
function plainScore({ first, second, last, straight }: RankerWeights, signals: Float32Array) {
  const passed = [first, second].reduce<readonly number[]>(
    (inputs, layer) => summed(layer, inputs).map((sum) => Math.max(0, sum)),
    [...signals],
  );
  const straightOn = signals.reduce(
    (sum, signal, place) => sum + signal * (straight[place] ?? 0),
    0,
  );
  return (summed(last, passed)[0] ?? 0) + straightOn;
}

function summed({ outputs, weights, biases }: Layer, inputs: readonly number[]) {
  return Array.from({ length: outputs }, (_, output) =>
    inputs.reduce(
      (sum, input, place) => sum + input * (weights[output * inputs.length + place] ?? 0),
      biases[output] ?? 0,
    ),
  );
}

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

  it('gives what the network gives for each category by itself', () => {
    const weights = rankerWeights();
    const ranker = new Ranker(weights);
    const signal = fc.oneof(
      fc.constant(0),
      fc.constant(0.5),
      fc.double({ min: -1, max: 2, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(signal, { minLength: 5 * SIGNALS, maxLength: 5 * SIGNALS }),
        (count, values) => {
          const signals = Float32Array.from(values);
          const scores = new Float64Array(count);
          ranker.score(signals, count, scores);
          for (let index = 0; index < count; index++) {
            const own = signals.subarray(index * SIGNALS, (index + 1) * SIGNALS);
            expect(scores[index]).toBeCloseTo(plainScore(weights, own), 6);
          }
        },
      ),
      { numRuns: 20 },
    );
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
