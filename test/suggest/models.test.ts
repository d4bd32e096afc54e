import { describe, expect, it } from 'vitest';
import { EmbeddingModel } from '../../functions/suggest/history/embedding-model.ts';
import { LinearModel } from '../../functions/suggest/history/linear-model.ts';
import { softmax } from '../../functions/suggest/history/softmax.ts';

const MODELS = [
  ['linear', (categories: number) => new LinearModel(1 << 12, categories)],
  ['embedding', (categories: number) => new EmbeddingModel(1 << 12, categories)],
] as const;

/** Three kinds of rows, each with a feature of its own and one that all have. */
const ROWS = [1, 2, 3].map((kind) => Int32Array.of(kind * 1000, 77));

describe.each(MODELS)('the %s model', (_name, create) => {
  const learnt = (knownBefore: number) => {
    const model = create(knownBefore);
    const shares = new Float64Array(16);
    for (let round = 0; round < 60; round++) {
      for (const [kind, features] of ROWS.entries()) {
        // The third category is first seen later on.
        const categories = round < 10 ? 2 : 3;
        if (kind >= categories) continue;
        model.predict(features, shares, categories);
        model.learn(features, shares, categories, kind);
      }
    }
    return ROWS.map((features) => {
      model.predict(features, shares, 3);
      return [...shares.subarray(0, 3)];
    });
  };

  it.each([3, 0])('tells what it has learnt apart, %i categories known beforehand', (before) => {
    for (const [kind, shares] of learnt(before).entries()) {
      expect(shares.indexOf(Math.max(...shares))).toBe(kind);
      expect(shares[kind]).toBeGreaterThan(0.8);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    }
  });

  it('is the same every time', () => {
    expect(learnt(3)).toEqual(learnt(3));
  });
});

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
});
