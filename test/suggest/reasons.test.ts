import { describe, expect, it } from 'vitest';
import { transactionId } from '../../functions/domain/ids.ts';
import type { Decision } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { narrowest, saidByWords } from '../../functions/suggest/history/narrow.ts';
import { Past } from '../../functions/suggest/history/past.ts';
import { RowsOfPayee } from '../../functions/suggest/history/payee-rows.ts';
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

describe('what words say at a payee that is of many kinds', () => {
  const paypal = { payee: 'PayPal' };
  const spotify = { ...paypal, text: 'PAYPAL *SPOTIFY 4711' };
  const mixed = [
    ...times(10, { ...paypal, text: 'PAYPAL *EBAY', category: 'Home' }),
    ...times(3, { ...spotify, category: 'Music' }),
  ];

  it("is followed where it is the bank's text, whatever number is in it", async () => {
    const said = await saidFor([...mixed, { ...spotify, id: 'new', text: 'PAYPAL *SPOTIFY 99' }]);
    expect(said).toEqual([
      'Music',
      '3 of 3 past transactions with this text of the bank at “PayPal” are Music',
    ]);
  });

  it('is followed where it is the notes', async () => {
    const said = await saidFor([
      ...times(10, { payee: 'Anna', category: 'Eating out', notes: 'dinner' }),
      ...times(10, { payee: 'Anna', category: 'Utilities', notes: 'electricity' }),
      { id: 'new', payee: 'Anna', notes: 'Dinner' },
    ]);
    expect(said).toEqual([
      'Eating out',
      '10 of 10 past transactions with these notes at “Anna” are Eating out',
    ]);
  });

  it.each([
    ['numbers', 'Contract 111111', 'Contract 222222'],
    ['signs', '🏠', '🍕'],
  ])('is followed where notes differ in %s alone', async (_what, house, dinner) => {
    const past = [
      ...times(10, { payee: 'Anna', category: 'House', notes: house }),
      ...times(10, { payee: 'Anna', category: 'Dinner', notes: dinner }),
    ];
    for (const [notes, category] of [
      [house, 'House'],
      [dinner, 'Dinner'],
    ] as const) {
      expect(await saidFor([...past, { id: 'new', payee: 'Anna', notes }])).toEqual([
        category,
        `10 of 10 past transactions with these notes at “Anna” are ${category}`,
      ]);
    }
  });

  it('gives way to a rejection', async () => {
    const rejected: Decision = { ...approved('new', 'Music'), verdict: 'rejected' };
    const said = await saidFor([...mixed, { ...spotify, id: 'new' }], [rejected]);
    expect(said[0]).toBe('Home');
  });

  const row = { ...spotify, account: 'A', amount: -1, notes: '' };
  const rows = (...categories: readonly string[]) =>
    categories.map((category) => ({ ...row, category }));
  const others = (count: number, category: string) =>
    Array.from({ length: count }, () => ({ ...row, text: 'EBAY', category }));

  it.each([
    ['is said by one transaction', [...others(9, 'Home'), ...rows('Music')]],
    ['was something else lately', [...others(9, 'Home'), ...rows(...'MMMMMMMM', 'X')]],
    ['is of many kinds too', [...others(9, 'Home'), ...rows('M', 'X', 'M', 'M')]],
    ['is what the payee says', [...others(9, 'Music'), ...rows('Music', 'Music')]],
  ])('is nothing where it %s', (_when, past) => {
    expect(saidByWords(new RowsOfPayee(past), row)).toBeUndefined();
  });

  it('is what the surer words say where the bank writes the same notes to many things', () => {
    const noted = { ...row, notes: 'card payment' };
    const past = [
      ...others(20, 'Travel'),
      ...rows('Music', 'Music', 'Music').map((one) => ({ ...one, notes: noted.notes })),
      ...others(17, 'Home').map((one) => ({ ...one, notes: noted.notes })),
    ];
    expect(saidByWords(new RowsOfPayee(past), noted)?.category).toBe('Music');
    expect(saidByWords(new RowsOfPayee(past), { ...noted, text: 'EBAY' })?.category).toBe('Home');
  });

  it('is not what a single one with the very same number was', () => {
    const noted = (category: string, notes: string) => ({ ...row, text: '', notes, category });
    const past = [
      ...others(9, 'Home'),
      noted('Music', 'Bill 1'),
      noted('Music', 'Bill 2'),
      noted('Gifts', 'Bill 3'),
      ...Array.from({ length: 9 }, (_, index) => noted('Music', `Bill ${index + 4}`)),
    ];
    const { category } = saidByWords(new RowsOfPayee(past), noted('', 'Bill 3')) ?? {};
    expect(category).toBe('Music');
  });

  it('is as sure as it was said often, and never more than 0.9', () => {
    const confidence = (count: number) =>
      saidByWords(
        new RowsOfPayee([...others(200, 'Home'), ...rows(...Array(count).fill('Music'))]),
        row,
      )?.confidence;
    expect([2, 3, 40].map(confidence)).toEqual([0.8, 0.9, 0.9]);
  });
});
