import { describe, expect, it } from 'vitest';
import { SIZE, Vectors } from '../../functions/suggest/history/vectors.ts';

describe('vectors', () => {
  it('are added all at once as they are one by one', () => {
    const vectors = new Vectors(8, { spread: 0.5, moved: 1 });
    const chosen = Int32Array.of(3, 0, 7, 3, 5);
    const weights = Float64Array.of(0.5, -1, 2, 0.25, 9);
    const oneByOne = new Float64Array(SIZE).fill(0.1);
    for (let index = 0; index < 4; index++) {
      vectors.addTo(oneByOne, chosen[index] ?? 0, weights[index] ?? 0);
    }
    const atOnce = new Float64Array(SIZE).fill(0.1);
    vectors.addAllTo(atOnce, chosen, weights, 4);
    expect([...atOnce]).toEqual([...oneByOne]);
    expect(new Set(atOnce).size).toBe(SIZE);
  });
});
