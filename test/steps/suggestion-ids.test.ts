import { beforeEach, describe, expect, it } from 'vitest';
import { begin, FIRST, proposal, run, world } from './generating.ts';

/** An id names one proposal for good: somebody who saw it may approve it much later. */

beforeEach(begin);

const generate = async (payeeName: string, seconds: number) => {
  world.proposals = [proposal('a', { payeeName })];
  await run(seconds);
  return world.suggestions[0]?.revision ?? 0;
};

describe('no id of a suggestion comes a second time', () => {
  it('though the suggestion was gone meanwhile', async () => {
    await generate('Lidl', 10);
    world.proposals = [];
    await run(11);
    expect(await generate('Lidl', 99)).toBe(FIRST + 89_000);
  });

  it('though the table was restored meanwhile', async () => {
    await generate('Lidl', 10);
    const backup = world.suggestions;
    const shown = await generate('Aldi', 98);
    world.suggestions = backup;
    expect(await generate('Rewe', 99)).not.toBe(shown);
  });

  it.each([
    ['in the same millisecond', 10],
    ['by a clock that is slow', 5],
  ])('%s', async (_when, seconds) => {
    const before = await generate('Lidl', 10);
    expect(await generate('Aldi', seconds)).toBe(before + 1);
  });
});
