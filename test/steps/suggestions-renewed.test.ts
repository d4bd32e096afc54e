import { beforeEach, describe, expect, it } from 'vitest';
import { at } from '../domain/builders.ts';
import { beginAgain, decide, FIRST, open, proposal, run, world } from './generating.ts';

/** How long suggestions are kept that nobody changes. */

beforeEach(beginAgain);

describe('generating again', () => {
  it.each([
    [90, 30],
    [21, 7],
  ])('renews one that still holds and is kept for %i days after %i', async (kept, after) => {
    const days = (count: number) => 10 + count * 86_400;
    world.pendingDays = kept;
    await run(days(after - 1));
    expect(world.writes).toEqual([]);
    await run(days(after));
    expect(world.suggestions).toMatchObject([{ id: `a.${FIRST}`, updatedAt: at(days(after)) }]);
  });

  it('renews a rejected one before it expires, or what was rejected would be proposed again', async () => {
    const days = (count: number) => 20 + count * 86_400;
    decide('a', 'rejected');
    await run(days(9));
    expect(world.writes).toEqual([]);
    const [before] = world.suggestions;
    await run(days(10));
    const after = { ...before, updatedAt: at(days(10)) };
    expect(world.writes.map(([changes]) => changes.renew)).toEqual([[{ before, after }]]);
  });

  it.each([
    ['pending', 30],
    ['pending', 365],
    ['rejected', 30],
    ['rejected', 365],
  ] as const)(
    'renews one that is %s at once where %i days were told when it was written, and 90 are now',
    async (status, keptDays) => {
      if (status === 'rejected') decide('a', status);
      Object.assign(world, { keptDays, retentionDays: 90 });
      await run(99);
      expect(world.writes.map(([{ put, renew }]) => put.length + renew.length)).toEqual([1]);
    },
  );

  it('renews one that was proposed anew after a rejection as seldom as the rejection itself', async () => {
    const days = (count: number) => 10 + count * 86_400;
    Object.assign(world, { pendingDays: 6, retentionDays: 21, keptDays: 21 });
    world.suggestions = world.suggestions.map((one) => ({ ...one, rejectedCategoryIds: ['fuel'] }));
    await run(days(6));
    expect(world.writes).toEqual([]);
    await run(days(7));
    expect(world.suggestions).toMatchObject([{ id: `a.${FIRST}`, updatedAt: at(days(7)) }]);
  });

  it.each(['pending', 'rejected'] as const)(
    'renews one that is %s after 30 days where suggestions are kept for long, so that months without a job cost nothing',
    async (status) => {
      const days = (count: number) => 20 + count * 86_400;
      if (status === 'rejected') decide('a', status);
      Object.assign(world, { pendingDays: 365, retentionDays: 365 });
      const renewed = () => world.writes.map(([{ put, renew }]) => put.length + renew.length);
      await run(days(30) - 11);
      expect(renewed()).toEqual([]);
      await run(days(30));
      expect(renewed()).toEqual([1]);
    },
  );

  it('writes a new one although one is renewed at once', async () => {
    const days = 20 + 10 * 86_400;
    decide('a', 'rejected');
    world.writes = [];
    world.proposals = [proposal('b')];
    await run(days);
    expect(world.writes.map(([{ put, renew }]) => [put.length, renew.length])).toEqual([[1, 1]]);
  });

  it('lets a rejected one expire whose transaction waits no more', async () => {
    decide('a', 'rejected');
    open({ id: 'a', category: 'Food' });
    await run(20 + 10 * 86_400);
    expect(world.writes).toEqual([]);
  });
});
