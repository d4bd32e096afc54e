import { describe, expect, it } from 'vitest';
import { Numbering } from '../../functions/suggest/history/numbering.ts';

describe('numbers of hashes', () => {
  it('are given from 1 on, in the order in which hashes come', () => {
    const numbering = new Numbering(16);
    expect([7, -3, 7, 12].map((hash) => numbering.give(hash))).toEqual([1, 2, 1, 3]);
  });

  it('are 0 for a hash that has none yet', () => {
    const numbering = new Numbering(16);
    numbering.give(7);
    expect([numbering.find(7), numbering.find(8)]).toEqual([1, 0]);
  });

  it('are shared by hashes that are the same in the bits that there is room for', () => {
    const numbering = new Numbering(16);
    expect(numbering.give(7)).toBe(numbering.give(7 + 16));
  });
});
