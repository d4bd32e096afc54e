import { beforeEach, describe, expect, it } from 'vitest';
import { millisecondsAfter, suggestionId, transactionId } from '../../functions/domain/ids.ts';
import type { Proposal } from '../../functions/domain/suggestion.ts';
import { at } from '../domain/builders.ts';
import type { Entry } from '../suggest/budgets.ts';

import { beginAgain, decide, FIRST, open, proposal, run, world } from './generating.ts';

/** The revision that a proposal gets which is another at 99 seconds. */
const LATER = Date.parse(at(99));

beforeEach(beginAgain);

describe('generating again', () => {
  it('writes nothing when nothing changed', async () => {
    expect(await run(99)).toEqual({
      counts: { uncategorised: 2, suggestions: 1, written: 0, removed: 0 },
    });
    expect(world.writes).toEqual([]);
  });

  it('takes another second choice for a change', async () => {
    const [first] = proposal('a').categories;
    const second = { categoryId: 'fun', categoryName: 'Fun', confidence: 0.1 };
    for (const categories of [
      [first, second],
      [first, { ...second, categoryId: 'rent' }],
    ] as const) {
      const before = world.suggestions[0]?.revision ?? 0;
      world.proposals = [proposal('a', { categories })];
      await run(99);
      expect(world.suggestions[0]?.revision).toBeGreaterThan(before);
    }
  });

  it('does not take a difference that rounding hides for a change', async () => {
    world.proposals = [
      proposal('a', {
        categories: [{ categoryId: 'food', categoryName: 'Food', confidence: 0.9321 }],
      }),
    ];
    await run(99);
    expect(world.writes).toEqual([]);
  });

  it.each<[string, Partial<Proposal>]>([
    ['category', { categories: [{ categoryId: 'fun', categoryName: 'Food', confidence: 0.934 }] }],
    ['confidence', { categories: [{ categoryId: 'food', categoryName: 'Food', confidence: 0.8 }] }],
    [
      "category's name",
      { categories: [{ categoryId: 'food', categoryName: 'Groceries', confidence: 0.934 }] },
    ],
    [
      'number of categories',
      {
        categories: [
          { categoryId: 'food', categoryName: 'Food', confidence: 0.934 },
          { categoryId: 'fun', categoryName: 'Fun', confidence: 0.05 },
        ],
      },
    ],
    ['reason', { reason: 'Like 9 of 10 past transactions at “Lidl”, which are Food' }],
    [
      'number in a name of the reason',
      { reason: '9 of 10 past transactions at “Lidl 2” are Food' },
    ],
    ['payee', { payeeName: 'Lidl' }],
  ])('raises the revision for another %s', async (_what, changes) => {
    world.proposals = [proposal('a', changes)];
    const { counts } = await run(99);
    expect(world.suggestions).toMatchObject([
      { id: `a.${LATER}`, revision: LATER, createdAt: at(10), updatedAt: at(99) },
    ]);
    expect(counts).toMatchObject({ suggestions: 1, written: 1 });
  });

  it('takes another number in a name of the reason for a change', async () => {
    for (const shop of ['Shop 24', 'Shop 25']) {
      world.writes = [];
      world.proposals = [
        proposal('a', { reason: `9 of 10 past transactions at “${shop}” are Food` }),
      ];
      await run(99);
      expect(world.writes).toHaveLength(1);
    }
  });

  it('does not take other counts of the reason for a change', async () => {
    world.proposals = [proposal('a', { reason: '10 of 11 past transactions at “Lidl” are Food' })];
    await run(99);
    expect(world.writes).toEqual([]);
  });

  it('tells the counts of the day when it is renewed', async () => {
    const reason = '10 of 11 past transactions at “Lidl” are Food';
    world.proposals = [proposal('a', { reason })];
    await run(10 + 30 * 86_400);
    expect(world.suggestions).toMatchObject([{ id: `a.${FIRST}`, reason }]);
  });

  it('writes a later time than before, however slow the clock is', async () => {
    world.proposals = [proposal('a', { reason: 'As ever.' })];
    await run(5);
    expect(world.suggestions[0]?.updatedAt).toBe(millisecondsAfter(at(10), 1));
  });

  it('keeps the revision when only the transaction reads otherwise', async () => {
    open({ id: 'a', date: 20260103, payee: 'Lidl', amount: -1234 });
    await run(99);
    expect(world.suggestions).toMatchObject([
      { id: `a.${FIRST}`, transaction: { date: '2026-01-03' }, updatedAt: at(99) },
    ]);
  });

  it.each<[string, Partial<Entry>]>([
    ['amount', { amount: -9999 }],
    ['payee', { payee: 'Aldi' }],
  ])('raises the revision for another %s of the transaction', async (_what, changes) => {
    open({ id: 'a', date: 20260102, payee: 'Lidl', amount: -1234, ...changes });
    await run(99);
    expect(world.suggestions).toMatchObject([{ id: `a.${LATER}` }]);
  });

  it.each<[string, () => void]>([
    ['is gone', () => open({ id: 'b' })],
    ['has a category', () => open({ id: 'a', category: 'Food' })],
    ['is not proposed for any more', () => {}],
  ])('removes a pending one whose transaction %s', async (_what, arrange) => {
    arrange();
    world.proposals = [];
    expect((await run(99)).counts).toMatchObject({ suggestions: 0, written: 0, removed: 1 });
    expect(world.suggestions).toEqual([]);
  });

  it('counts no pending one as written or removed that somebody decided on meanwhile', async () => {
    world.decidedMeanwhile = ['a'];
    world.proposals = [proposal('a', { reason: 'Another.' })];
    expect((await run(99)).counts).toMatchObject({ suggestions: 1, written: 0, removed: 0 });
    world.proposals = [];
    expect((await run(99)).counts).toMatchObject({ suggestions: 1, written: 0, removed: 0 });
  });

  it.each(['approved', 'rejected', 'applied'] as const)(
    'leaves one alone that is %s',
    async (status) => {
      decide('a', status);
      world.proposals = [proposal('a', { reason: 'another' })];
      await run(99);
      world.proposals = [];
      open();
      await run(120);
      expect(world.writes).toEqual([]);
      expect(world.suggestions).toMatchObject([
        { id: suggestionId(transactionId('a'), FIRST), status },
      ]);
    },
  );

  it.each(['approved', 'rejected'] as const)('tells the engine what was %s', async (verdict) => {
    decide('a', verdict);
    await run(99);
    expect(world.asked.at(-1)?.decisions).toEqual([
      { transactionId: 'a', verdict, categoryId: 'food' },
    ]);
  });

  it.each(['pending', 'applied'] as const)('does not tell it what is %s', async (status) => {
    decide('a', status);
    await run(99);
    expect(world.asked.at(-1)?.decisions).toEqual([]);
  });
});
