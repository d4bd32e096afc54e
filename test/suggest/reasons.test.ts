import { describe, expect, it } from 'vitest';
import { transactionId } from '../../functions/domain/ids.ts';
import type { Decision } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { Past } from '../../functions/suggest/history/past.ts';
import { countsOf, narrowest } from '../../functions/suggest/history/payee-rows.ts';
import { reasonFor } from '../../functions/suggest/history/reason.ts';
import { budget, type Entry, times } from './budgets.ts';

/** Reasons of what is proposed against most of what a payee was. */

const approved = (id: string, categoryId: string): Decision => ({
  transactionId: transactionId(id),
  verdict: 'approved',
  categoryId,
});

/** The category and the reason of what is proposed for the transaction `new`. */
async function saidFor(entries: readonly Entry[], decisions: readonly Decision[] = []) {
  const extract = budget(entries, { categories: decisions.map(({ categoryId }) => categoryId) });
  const { proposals } = await historyEngine.propose({ extract, decisions });
  const proposal = proposals.find(({ transactionId: id }) => id === 'new');
  return [proposal?.categories[0].categoryName, proposal?.reason];
}

describe('a reason', () => {
  it('speaks of the account where that decides', async () => {
    const cafe = { payee: 'Cafe Roma' };
    const said = await saidFor([
      ...times(20, { ...cafe, account: 'Joint', category: 'Eating out' }),
      ...times(10, { ...cafe, account: 'Kid', category: 'Pocket money' }),
      { ...cafe, id: 'new', account: 'Kid' },
    ]);
    expect(said).toEqual([
      'Pocket money',
      '10 of 10 past transactions at “Cafe Roma” in “Kid” are Pocket money',
    ]);
  });

  it('speaks of the amount where that decides', async () => {
    const costco = { payee: 'Costco' };
    const said = await saidFor([
      ...times(20, { ...costco, amount: -12_000, category: 'Groceries' }),
      ...times(20, { ...costco, amount: -3_000, category: 'Household' }),
      { ...costco, id: 'new', amount: -3_000 },
    ]);
    expect(said).toEqual([
      'Household',
      '20 of 20 past transactions of this amount at “Costco” are Household',
    ]);
  });

  it('speaks of the last ones where a habit changed', async () => {
    const said = await saidFor([
      ...times(20, { payee: 'Bazaar', category: 'Gifts' }),
      ...times(9, { payee: 'Bazaar', category: 'Clothes', amount: -2_000 }),
      { payee: 'Bazaar', id: 'new', amount: -2_500 },
    ]);
    expect(said).toEqual(['Clothes', 'The last 9 of 29 past transactions at “Bazaar” are Clothes']);
  });

  it('speaks of what was approved last where that is followed', async () => {
    const said = await saidFor(
      [
        ...times(20, { payee: 'Lidl', category: 'Food' }),
        { payee: 'Lidl', id: 'decided' },
        { payee: 'Lidl', id: 'new' },
      ],
      [approved('decided', 'Fun')],
    );
    expect(said).toEqual([
      'Fun',
      'Fun was approved last at “Lidl”; 1 of 21 past transactions there is',
    ]);
  });
});

describe('a reason where the payee is new', () => {
  const netflix = times(12, { payee: 'Netflix', category: 'Fun', amount: -1299 });

  it('names the payee that begins alike where that decides', async () => {
    const said = await saidFor([...netflix, { id: 'new', payee: 'Netflixx', amount: -1299 }]);
    expect(said).toEqual(['Fun', 'Like 12 of 12 past transactions at “Netflix”, which are Fun']);
  });

  const names = { category: 'Fun', account: 'New' };
  const details = { approvedLast: false, countsOf: () => countsOf([]) };
  const row = { day: 0, account: 'new', payee: 'Bistro', text: '', notes: '', amount: -1000 };
  const nameless = { ...row, payee: '' };

  it('counts nothing in an account that has none of the category', () => {
    const past = new Past();
    past.add('Netflix', 'checking', 'fun');
    expect(reasonFor(past, row, 'fun', names, details)).toBe(
      'The text and amount are like those of past transactions that are Fun',
    );
    expect(reasonFor(past, nameless, 'fun', names, details)).toBe(
      'The amount is like those of past transactions that are Fun',
    );
  });

  it('says nothing of a text where there is none', () => {
    const past = new Past();
    past.add('!!!', 'new', 'fun');
    expect(reasonFor(past, nameless, 'fun', names, details)).toBe(
      '1 of 1 past transaction in “New” is Fun, and the amount fits',
    );
  });
});

describe('what speaks for a category at a payee', () => {
  const row = { account: 'A', amount: -10 };
  const past = (...categories: readonly string[]) =>
    categories.map((category, index) => ({ account: `B${index}`, amount: index, category }));

  it('is nothing where a single transaction would', () => {
    expect(
      narrowest(countsOf([...past('X', 'X', 'X'), { ...row, category: 'Y' }]), row, 'Y'),
    ).toBeUndefined();
  });

  it('is nothing in common with most of which are something else', () => {
    const rows = ['Y', 'X', 'Y', 'X'].map((category) => ({ ...row, category }));
    expect(narrowest(countsOf(rows), row, 'Y')).toBeUndefined();
  });
});
