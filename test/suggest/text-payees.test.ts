import { describe, expect, it } from 'vitest';
import { transactionId } from '../../functions/domain/ids.ts';
import type { Decision } from '../../functions/suggest/engine.ts';
import { proposalFor } from './asking.ts';
import { type Entry, times } from './budgets.ts';

/** A bank's text that came before with a payee of another name, as people give them. */

const RENT = { payee: 'Landlord', text: 'SCHULZ, PETER 0815', category: 'Rent', amount: -95_000 };

const told = (
  verdict: Decision['verdict'],
  id: string,
  categoryId: string,
): readonly Decision[] => [{ transactionId: transactionId(id), verdict, categoryId }];

describe("a bank's text that came with a payee", () => {
  it.each<[string, Entry]>([
    ['has no payee', { text: 'Schulz, Peter 4711' }],
    ["has the bank's text for a payee", { payee: 'Schulz, Peter', text: 'SCHULZ, PETER 4711' }],
    ['has the text in its payee alone', { payee: 'Schulz, Peter' }],
  ])('is of that payee where a transaction %s', async (_which, entry) => {
    const proposal = await proposalFor([...times(12, RENT), { id: 'new', ...entry }]);
    expect(proposal?.categories[0]).toMatchObject({ categoryId: 'Rent', confidence: 0.8 });
    expect(proposal?.reason).toBe(
      'This text of the bank came with “Landlord”: 12 of 12 past transactions at “Landlord” are Rent',
    );
  });

  it('proposes that payee where a transaction has none', async () => {
    const entry = { id: 'new', text: 'SCHULZ, PETER 4711' };
    expect((await proposalFor([...times(12, RENT), entry]))?.payeeName).toBe('Landlord');
  });

  it('proposes no payee that is an account', async () => {
    const entry = { id: 'new', text: 'SCHULZ, PETER 4711' };
    const options = { transfers: { Landlord: 'Loan' }, offBudget: ['Loan'] };
    const proposal = await proposalFor([...times(12, RENT), entry], options);
    expect(proposal?.categories[0].categoryId).toBe('Rent');
    expect(proposal?.payeeName).toBeUndefined();
  });

  it('is of no payee that a few had where it nearly always came with a transfer', async () => {
    const fee = { ...RENT, payee: 'Bank fees', category: 'Fees' };
    const transfer = { payee: 'to Savings', text: RENT.text };
    const past = [...times(2, fee), ...times(10, transfer)];
    const options = { transfers: { 'to Savings': 'Savings' }, closed: ['Savings'] };
    const entry = { id: 'new', text: 'SCHULZ, PETER 4711' };
    expect(await proposalFor([...past, entry], options)).toBeUndefined();
  });

  it.each<[string, Entry]>([
    ["the bank's text for a payee", { payee: 'Karte Abbuchung', text: 'KARTE ABBUCHUNG 4711' }],
    ['no payee', { text: 'KARTE ABBUCHUNG 4711' }],
  ])('says nothing where a few that were no transfers had %s', async (_which, entry) => {
    const fees = times(4, { ...entry, category: 'Fees', amount: -137_000 });
    const transfer = { payee: 'to Card', text: 'KARTE ABBUCHUNG 0815', amount: -137_000 };
    const options = { transfers: { 'to Card': 'Card' }, closed: ['Card'] };
    const entries = [...fees, ...times(24, transfer), { id: 'new', ...entry, amount: -137_000 }];
    expect(await proposalFor(entries, options)).toBeUndefined();
  });

  it('says nothing where it came with transfers, however much it is like a payee', async () => {
    const bill = { payee: 'Stadtwerke Abbuchung', category: 'Power', amount: -12_000 };
    const transfer = { payee: 'to Card', text: 'KARTE ABBUCHUNG 0815', amount: -137_000 };
    const options = { transfers: { 'to Card': 'Card' }, closed: ['Card'] };
    const entry = { id: 'new', payee: 'Karte Abbuchung', text: 'KARTE ABBUCHUNG 4711' };
    const entries = [...times(24, bill), ...times(24, transfer), entry];
    expect(await proposalFor(entries, options)).toBeUndefined();
  });

  it.each<[string, readonly Entry[]]>([
    ['a single time', [RENT]],
    [
      'and with others',
      [...times(6, RENT), ...times(6, { ...RENT, payee: 'Flea market', category: 'Fun' })],
    ],
  ])('says nothing where it came with it %s', async (_how, past) => {
    const entry = { id: 'new', payee: 'Schulz, Peter', text: 'SCHULZ, PETER' };
    expect(await proposalFor([...past, entry])).toBeUndefined();
  });

  it.each([
    'SUMUP *CAFE ROMA',
    'Zettle_*Cafe Roma 12',
    'PAYPAL *CAFEROMA 4029357733',
    'KARTENZAHLUNG SUMUP *CAFE ROMA',
  ])(
    'is of that payee where a service names behind a star who was paid through it: %s',
    async (text) => {
      const past = times(12, { ...RENT, text });
      expect((await proposalFor([...past, { id: 'new', text }]))?.payeeName).toBe('Landlord');
    },
  );

  it.each([
    'PayPal Europe 4711',
    'PAYPAL *4029357733',
    'LASTSCHRIFT PAYPAL EUROPE 4711',
    'PAYPAL *7XK2',
    'PAYPAL *X7K2M9 LUXEMBOURG',
    'KARTENZAHLUNG 12.04. 4711',
    '支付宝 4029357733',
    '微信支付-扫码',
  ])('says nothing where it names who was paid through, or how: %s', async (text) => {
    const past = times(12, { ...RENT, text });
    expect(await proposalFor([...past, { id: 'new', text }])).toBeUndefined();
  });

  it('says nothing of a payee that somebody named', async () => {
    const entry = { id: 'new', payee: 'Grandma', text: 'SCHULZ, PETER' };
    expect(await proposalFor([...times(12, RENT), entry])).toBeUndefined();
  });

  it('gives way to what the payee itself was, in the budget or by a decision', async () => {
    const own = { payee: 'Schulz, Peter', text: 'SCHULZ, PETER' };
    const past = times(12, RENT);
    const open = { ...own, id: 'new' };
    const written = await proposalFor([...past, { ...own, category: 'Gifts' }, open]);
    expect(written?.reason).toBe('1 of 1 past transaction at “Schulz, Peter” is Gifts');
    const decided = await proposalFor(
      [...past, { ...own, id: 'decided' }, open],
      { categories: ['Gifts'] },
      told('approved', 'decided', 'Gifts'),
    );
    expect(decided?.categories[0].categoryId).toBe('Gifts');
  });

  it('is of that payee, and proposes it, also where others with the text are decided on', async () => {
    const open = times(3, { text: 'SCHULZ, PETER 4711' }).map((one, at) => ({
      ...one,
      id: `${at}`,
    }));
    const decisions = open.flatMap(({ id }) => told('approved', id, 'Rent'));
    const entries = [...times(5, RENT), ...open, { id: 'new', text: 'SCHULZ, PETER 4711' }];
    const proposal = await proposalFor(entries, {}, decisions);
    expect(proposal?.categories[0].confidence).toBe(0.8);
    expect(proposal?.payeeName).toBe('Landlord');
    expect(proposal?.reason).toBe(
      'This text of the bank came with “Landlord”: 8 of 8 past transactions at “Landlord” are Rent',
    );
  });

  it('keeps what notes say at a payee of many kinds when another one with the text is decided on', async () => {
    const text = 'AMZN Mktp DE';
    const past = [
      ...times(20, { payee: 'Amazon', text, notes: 'kitchen', category: 'Household' }),
      ...times(20, { payee: 'Amazon', text, notes: 'novel', category: 'Books' }),
    ];
    const open = { payee: text, text };
    const proposal = await proposalFor(
      [
        ...past,
        { ...open, id: 'decided', notes: 'kitchen' },
        { ...open, id: 'new', notes: 'novel' },
      ],
      {},
      told('approved', 'decided', 'Household'),
    );
    expect(proposal?.categories[0].categoryId).toBe('Books');
  });

  it.each([
    ['its own payee', { text: 'SCHULZ, PETER' }],
    ['the payee that it came with', { payee: 'Landlord' }],
  ])('brings no category that was rejected three times for %s', async (_whose, rejected) => {
    const ids = ['one', 'two', 'three'];
    const proposal = await proposalFor(
      [
        ...times(12, RENT),
        ...ids.map((id) => ({ ...rejected, id })),
        { id: 'new', text: 'SCHULZ, PETER' },
      ],
      {},
      ids.flatMap((id) => told('rejected', id, 'Rent')),
    );
    expect(proposal).toBeUndefined();
  });
});
