import { describe, expect, it } from 'vitest';
import { narrowest } from '../../functions/suggest/history/narrow.ts';
import { Past } from '../../functions/suggest/history/past.ts';
import { RowsOfPayee } from '../../functions/suggest/history/payee-rows.ts';
import { reasonFor } from '../../functions/suggest/history/reason.ts';
import { times } from './budgets.ts';
import { approved, saidFor } from './saying.ts';

/** Reasons of what is proposed against most of what a payee was. */

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

  it('counts all payees of a name that differ in numbers alone', async () => {
    const said = await saidFor([
      ...times(30, {}).map((entry, day) => ({
        ...entry,
        payee: `Check # 10${day}`,
        category: day === 7 ? 'Fun' : 'Rent',
      })),
      { payee: 'Check # 1099', id: 'new' },
    ]);
    expect(said).toEqual([
      'Rent',
      'Like 29 of 30 past transactions at “Check # 100” and others of that name, which are Rent',
    ]);
  });

  it('counts no more than the likest where others have another name', async () => {
    const said = await saidFor([
      ...netflix,
      ...times(3, { payee: 'Netflix Gift Cards', category: 'Gifts' }),
      { id: 'new', payee: 'Netflix 4711', amount: -1299 },
    ]);
    expect(said).toEqual(['Fun', 'Like 12 of 12 past transactions at “Netflix”, which are Fun']);
  });

  const names = { category: 'Fun', account: 'New' };
  const details = { approvedLast: false, rowsOf: () => new RowsOfPayee([]) };
  const row = { day: 0, account: 'new', payee: 'Bistro', text: '', notes: '', amount: -1000 };
  const nameless = { ...row, payee: '' };

  it('counts nothing in an account that has none of the category', () => {
    const past = new Past();
    past.add('Netflix', 'checking', 'fun');
    past.add('Bistro Roma', 'checking', 'food');
    expect(reasonFor(past, row, 'fun', names, details)).toBe(
      'The text and amount are like those of past transactions that are Fun',
    );
    expect(reasonFor(past, nameless, 'fun', names, details)).toBe(
      'The amount is like those of past transactions that are Fun',
    );
  });

  it('says of a text that nothing like it came before', () => {
    const past = new Past();
    past.add('Netflix', 'checking', 'fun');
    expect(reasonFor(past, row, 'fun', names, details)).toBe(
      'The amount is like those of past transactions that are Fun; no payee like “Bistro” came before',
    );
    past.add('Netflix', 'new', 'fun');
    expect(reasonFor(past, row, 'fun', names, details)).toBe(
      '1 of 1 past transaction in “New” is Fun; no payee like “Bistro” came before',
    );
    past.add('Bistro', 'new', 'food');
    expect(reasonFor(past, row, 'fun', names, details)).toBe(
      '1 of 2 past transactions in “New” is Fun, and the text and amount fit',
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
  const row = { payee: 'P', account: 'A', amount: -10, notes: '', text: 'P' };
  const past = (...categories: readonly string[]) =>
    categories.map((category, index) => ({
      ...row,
      account: `B${index}`,
      amount: index,
      category,
    }));

  it('is nothing where a single transaction would', () => {
    expect(
      narrowest(new RowsOfPayee([...past('X', 'X', 'X'), { ...row, category: 'Y' }]), row, 'Y'),
    ).toBeUndefined();
  });

  it('is nothing in common with most of which are something else', () => {
    const rows = ['Y', 'X', 'Y', 'X'].map((category) => ({ ...row, category }));
    expect(narrowest(new RowsOfPayee(rows), row, 'Y')).toBeUndefined();
  });
});
