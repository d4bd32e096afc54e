import { describe, expect, it } from 'vitest';
import type { Decision } from '../../functions/suggest/engine.ts';
import { saidByWords } from '../../functions/suggest/history/narrow.ts';
import { RowsOfPayee } from '../../functions/suggest/history/payee-rows.ts';
import { times } from './budgets.ts';
import { approved, saidFor } from './saying.ts';

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
