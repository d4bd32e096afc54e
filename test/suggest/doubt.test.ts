import { describe, expect, it } from 'vitest';
import { transactionId } from '../../functions/domain/ids.ts';
import type { Decision } from '../../functions/suggest/engine.ts';
import { Past } from '../../functions/suggest/history/past.ts';
import { RowsOfPayee } from '../../functions/suggest/history/payee-rows.ts';
import { reasonFor } from '../../functions/suggest/history/reason.ts';
import { proposalFor } from './asking.ts';
import { type Entry, times } from './budgets.ts';

/** What the models are sure of, and a person who looks at it is not. */

const confidenceOf = async (...asked: Parameters<typeof proposalFor>) =>
  (await proposalFor(...asked))?.categories[0].confidence;

describe('money paid out where an income is usual', () => {
  const wages = times(12, { payee: 'Siemens', amount: 315_000, category: 'Wages' });
  const canteen = { id: 'new', payee: 'Siemens', amount: -4310 };
  const income = { income: ['Wages'] };

  it('is likely an income at most, and the reason says why', async () => {
    const proposal = await proposalFor([...wages, canteen], income);
    expect(proposal?.categories[0]).toMatchObject({ categoryName: 'Wages', confidence: 0.6 });
    expect(proposal?.reason).toBe(
      '12 of 12 past transactions at “Siemens” are Wages, but nothing paid out was so far',
    );
  });

  it('is nothing new after the first time, in the budget or by a decision', async () => {
    const before = { payee: 'Siemens', amount: -2000 };
    const written = [...wages, { ...before, category: 'Wages' }, canteen];
    expect(await confidenceOf(written, income)).toBeGreaterThan(0.9);
    const approved: Decision = {
      transactionId: transactionId('refund'),
      verdict: 'approved',
      categoryId: 'Wages',
    };
    const decided = [...wages, { ...before, payee: 'Bosch', id: 'refund' }, canteen];
    expect(await confidenceOf(decided, income, [approved])).toBeGreaterThan(0.9);
  });

  it('is likely an income at most, also where the income is only decided yet', async () => {
    const entries = [
      ...times(12, { payee: 'Lidl', category: 'Food' }),
      { id: 'payday', payee: 'Siemens', amount: 315_000 },
      canteen,
    ];
    const decided: Decision = {
      transactionId: transactionId('payday'),
      verdict: 'corrected',
      categoryId: 'Wages',
    };
    const proposal = await proposalFor(entries, { ...income, categories: ['Wages'] }, [decided]);
    expect(proposal?.categories[0]).toMatchObject({ categoryName: 'Wages', confidence: 0.6 });
    expect(proposal?.reason).toBe(
      '1 of 1 past transaction at “Siemens” is Wages, but nothing paid out was so far',
    );
  });

  it('takes nothing from a shop that pays back', async () => {
    const refund = { id: 'new', payee: 'Lidl', amount: 1299 };
    const shopping = times(12, { payee: 'Lidl', category: 'Food' });
    expect(await confidenceOf([...shopping, refund], income)).toBeGreaterThan(0.9);
  });

  it('takes nothing from what is no income, and from what comes in', async () => {
    const health = times(12, { payee: 'Insurer', amount: 4500, category: 'Health' });
    const premium = { id: 'new', payee: 'Insurer', amount: -13_500 };
    expect(await confidenceOf([...health, premium], income)).toBeGreaterThan(0.9);
    const fees = times(12, { payee: 'Tax office', amount: -4500, category: 'Wages' });
    const back = { id: 'new', payee: 'Tax office', amount: 300 };
    expect(await confidenceOf([...fees, back], income)).toBeGreaterThan(0.9);
  });
});

describe('money from a payee that nobody knows', () => {
  const shopping = times(1000, { payee: 'Lidl', category: 'Food' });

  it('is no purchase', async () => {
    expect(
      await proposalFor([...shopping, { id: 'new', payee: 'Interest', amount: 1000 }]),
    ).toBeUndefined();
  });

  it('is as likely as the account says where money went that way before', async () => {
    const refund = { payee: 'Lidl', amount: 700, category: 'Food' };
    const proposal = await proposalFor([
      ...shopping,
      refund,
      { id: 'new', payee: 'Interest', amount: 1000 },
    ]);
    expect(proposal?.categories[0].categoryName).toBe('Food');
  });
});

describe('words that a payee never came with', () => {
  const spotify = { payee: 'PayPal', text: 'PAYPAL *SPOTIFY 4711', amount: -1799 };
  const music = times(12, { ...spotify, category: 'Music' });
  const ordered = { id: 'new', payee: 'PayPal', text: 'PAYPAL *LIEFERANDO 1' };

  it('make likely what was sure, and the reason says why', async () => {
    const proposal = await proposalFor([...music, ordered]);
    expect(proposal?.categories[0]).toMatchObject({ categoryName: 'Music', confidence: 0.6 });
    expect(proposal?.reason).toBe(
      '12 of 12 past transactions at “PayPal” are Music, none with this text of the bank',
    );
  });

  it('do so once it came four times with the same ones', async () => {
    expect(await confidenceOf([...music.slice(0, 3), ordered])).toBeGreaterThan(0.6);
    expect(await confidenceOf([...music.slice(0, 4), ordered])).toBe(0.6);
  });

  it('do so in the notes', async () => {
    const rent = { payee: 'Landlord', notes: 'Rent 2025-01', amount: -90_000 };
    const proposal = await proposalFor([
      ...times(12, { ...rent, category: 'Rent' }),
      { ...rent, id: 'new', notes: 'Heating' },
    ]);
    expect(proposal?.reason).toBe(
      '12 of 12 past transactions at “Landlord” are Rent, none with these notes',
    );
  });

  it.each<[string, readonly Entry[]]>([
    [
      'the number alone is another',
      [...music, { ...spotify, id: 'new', text: 'PayPal *Spotify 9' }],
    ],
    [
      'others were of the same kind',
      [...music, { ...spotify, text: 'X', category: 'Music' }, ordered],
    ],
    ['there are none', [...music, { ...ordered, text: '' }]],
    [
      'the past has none, as before a bank was linked',
      [...times(12, { payee: 'PayPal', category: 'Music' }), ordered],
    ],
  ])('take nothing away where %s', async (_when, entries) => {
    expect(await confidenceOf(entries)).toBeGreaterThan(0.85);
  });

  it('are not spoken of where another payee speaks for the category', () => {
    const past = new Past();
    past.add('Netflix', 'giro', 'fun');
    const row = { day: 0, account: 'giro', payee: 'Netflixx', text: 'X', notes: '', amount: -1 };
    const details = {
      approvedLast: false,
      rowsOf: () => new RowsOfPayee([]),
      doubt: 'text',
    } as const;
    expect(reasonFor(past, row, 'fun', { category: 'Fun', account: 'Giro' }, details)).toBe(
      'Like 1 of 1 past transaction at “Netflix”, which is Fun',
    );
  });

  it('make a category likely at most that had others when they came', async () => {
    const proposal = await proposalFor([
      ...times(9, { payee: 'Anna', notes: 'dinner', category: 'Eating out' }),
      { payee: 'Anna', notes: 'cinema', category: 'Fun', date: 20_250_103 },
      { id: 'new', payee: 'Anna', notes: 'Cinema' },
    ]);
    expect(proposal?.categories[0].confidence).toBeLessThanOrEqual(0.6);
    expect(proposal?.reason).toBe(
      '9 of 10 past transactions at “Anna” are Eating out, none with these notes',
    );
  });
});
