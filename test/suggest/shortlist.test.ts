import { describe, expect, it } from 'vitest';
import { ContextCounts } from '../../functions/suggest/history/context-counts.ts';
import { shortlistOf } from '../../functions/suggest/history/shortlist.ts';
import { ALL_CONTEXTS } from '../../functions/suggest/history/signals.ts';

const NO_PLACES = new Int32Array(ALL_CONTEXTS).fill(-1);

function times(count: number, share: number): readonly number[] {
  return new Array<number>(count).fill(share);
}

/** The shortlist where the models give these chances, and nothing was counted. */
function shortlist(shares: readonly number[], allowed = [...shares.keys()]) {
  return shortlistOf(new ContextCounts(), NO_PLACES, [Float64Array.from(shares)], allowed);
}

describe('the shortlist', () => {
  it('has the likeliest first, and of equals the lower number', () => {
    const shares = [...times(20, 0.01), 0.3, 0.2, 0.2, 0.5, ...times(6, 0.05)];
    expect(shortlist(shares).slice(0, 5)).toEqual([23, 20, 21, 22, 24]);
    expect(shortlist(shares)).toHaveLength(24);
  });

  it('leaves out what is next to impossible beside the likeliest', () => {
    const shares = [0.9, 0.02, 0.02, 0.02, 0.02, 0.02, ...times(30, 0.001)];
    expect(shortlist(shares)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('has four even where one is sure', () => {
    expect(shortlist([1, ...times(30, 0)])).toEqual([0, 1, 2, 3]);
  });

  it('has no other than the allowed ones', () => {
    expect(shortlist(times(40, 0.025), [5, 7])).toEqual([5, 7]);
  });
});
