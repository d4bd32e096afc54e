import { describe, expect, it } from 'vitest';
import { answerTo, categoriesOf, confidenceOf, FUEL, NEW_LIDL, proposalFor } from './asking.ts';
import { type BudgetOptions, type Entry, times } from './budgets.ts';

const NOTHING = { proposals: [], guessed: [], transfers: [] };

describe('a payee that the budget knows', () => {
  it('gets the category it always had, with confidence', async () => {
    const proposal = await proposalFor([
      ...times(20, { payee: 'Lidl', category: 'Food' }),
      ...FUEL,
      NEW_LIDL,
    ]);
    expect(categoriesOf(proposal)[0]).toBe('Food');
    expect(confidenceOf(proposal)).toBeGreaterThanOrEqual(0.9);
  });

  it('is explained by true counts', async () => {
    const proposal = await proposalFor([
      ...times(3, { payee: 'Lidl', category: 'Gifts' }),
      ...times(42, { payee: 'Lidl', category: 'Food' }),
      ...FUEL,
      NEW_LIDL,
    ]);
    expect(proposal?.reason).toBe('42 of 45 past transactions at “Lidl” are Food');
  });

  it('is named in one line, and in whole characters', async () => {
    const payee = `${'x'.repeat(58)}${'🍕'.repeat(30)}`;
    const proposal = await proposalFor([
      ...times(9, { payee, category: `Eating\nout ${'often '.repeat(2000)}` }),
      { id: 'new', payee },
    ]);
    expect(proposal?.reason).toBe(
      `9 of 9 past transactions at “${'x'.repeat(58)}🍕…” are Eating out ${'often '.repeat(8)}…`,
    );
  });

  it('is looked at as far as texts are read', async () => {
    const long = 'word '.repeat(2000);
    const proposal = await proposalFor([
      ...times(9, { payee: `${long}one`, category: 'Food' }),
      { id: 'new', payee: `${long}two` },
    ]);
    expect(proposal?.reason).toMatch(/^9 of 9 /);
  });

  it('gets a category after a single time, but with less confidence', async () => {
    const proposal = await proposalFor([
      { payee: 'Lidl', category: 'Food' },
      ...FUEL,
      { id: 'new', payee: 'LIDL' },
    ]);
    expect(categoriesOf(proposal)[0]).toBe('Food');
    expect(confidenceOf(proposal)).toBeLessThan(0.9);
    expect(proposal?.reason).toBe('1 of 1 past transaction at “LIDL” is Food');
  });

  it('follows a change of habit', async () => {
    const proposal = await proposalFor([
      ...times(20, { payee: 'Gym', category: 'Sport' }),
      ...times(6, { payee: 'Gym', category: 'Health', date: 20260101 }),
      ...FUEL,
      { id: 'new', payee: 'Gym', date: 20260201 },
    ]);
    expect(categoriesOf(proposal)[0]).toBe('Health');
  });

  it('gets both categories with less confidence when it had both about as often', async () => {
    const mixed = [...'AABABBABAABBABABBAABABBA'].map((which) => ({
      payee: 'Lidl',
      category: which === 'A' ? 'Food' : 'Household',
    }));
    const proposal = await proposalFor([...mixed, ...FUEL, NEW_LIDL]);
    expect(new Set(categoriesOf(proposal).slice(0, 2))).toEqual(new Set(['Food', 'Household']));
    expect(confidenceOf(proposal)).toBeLessThan(0.8);
  });

  it('is told apart by account', async () => {
    const proposal = await proposalFor([
      ...times(12, { payee: 'Amazon', account: 'Business', category: 'Office' }),
      ...times(12, { payee: 'Amazon', account: 'Private', category: 'Fun' }),
      { id: 'new', payee: 'Amazon', account: 'Business' },
    ]);
    expect(categoriesOf(proposal)[0]).toBe('Office');
  });

  it('is told apart by amount', async () => {
    const proposal = await proposalFor([
      ...times(24, { payee: 'Apple' }).map((entry, index) =>
        index % 2 === 0
          ? { ...entry, amount: -299, category: 'Storage' }
          : { ...entry, amount: -120_000, category: 'Devices' },
      ),
      { id: 'new', payee: 'Apple', amount: -299 },
    ]);
    expect(categoriesOf(proposal)[0]).toBe('Storage');
  });
});

describe('a payee that the budget does not know', () => {
  it('follows one whose text is like its own, and names it', async () => {
    const proposal = await proposalFor([
      ...times(12, { payee: 'tesco store 3084', category: 'Food' }),
      ...FUEL,
      { id: 'new', text: 'TESCO STORE 2299 LONDON' },
    ]);
    expect(categoriesOf(proposal)[0]).toBe('Food');
    expect(proposal?.reason).toBe(
      'Like 12 of 12 past transactions at “tesco store 3084”, which are Food',
    );
  });

  it('gets nothing when nothing is like it', async () => {
    const answer = await answerTo([
      ...times(60, { payee: 'Lidl', category: 'Food' }),
      { id: 'new', payee: 'Dr. Smith' },
    ]);
    expect(answer).toEqual({ ...NOTHING, candidates: ['new'] });
  });

  it('gets nothing when it is like others in how was paid alone', async () => {
    const paid = 'Zakup przy użyciu karty';
    const answer = await answerTo([
      ...times(60, { payee: `${paid} Biedronka 4711`, category: 'Food' }),
      { id: 'new', payee: `${paid} Empik 0815` },
    ]);
    expect(answer.proposals).toEqual([]);
  });

  it('gets nothing when there is no payee at all', async () => {
    expect(
      await proposalFor([...times(60, { payee: 'Lidl', category: 'Food' }), { id: 'new' }]),
    ).toBeUndefined();
  });

  it('gets nothing when there is no payee at all, whatever its notes say of others without one', async () => {
    const past = [
      ...times(30, { notes: 'rent', category: 'Rent' }),
      ...times(30, { notes: 'dinner', category: 'Food' }),
    ];
    expect(await proposalFor([...past, { id: 'new', notes: 'rent' }])).toBeUndefined();
  });
});

describe('a payee name', () => {
  const known = times(12, { payee: 'Tesco', category: 'Food' });

  it('is proposed where the text clearly means a known payee', async () => {
    const proposal = await proposalFor([...known, { id: 'new', text: 'TESCO STORES 2299' }]);
    expect(proposal?.payeeName).toBe('Tesco');
  });

  it.each([
    ['CARD 4711', 'Card'],
    ['CARD BAKERY 4711', undefined],
  ])('is that of a card where the text names nothing else: %s', async (text, name) => {
    const fees = times(12, { payee: 'Card', category: 'Fees' });
    const proposal = await proposalFor([...fees, { id: 'new', text }]);
    expect(categoriesOf(proposal)[0]).toBe('Fees');
    expect(proposal?.payeeName).toBe(name);
  });

  it('is found behind what says how was paid', async () => {
    const past = [...times(12, { payee: 'Carrefour City', category: 'Food' }), ...known];
    const text = 'CARTE 12/03 CARREFOUR CITY PARIS CB*4711';
    expect((await proposalFor([...past, { id: 'new', text }]))?.payeeName).toBe('Carrefour City');
  });

  it.each([
    ['Maestro Pizza', 'PIZZA EXPRESS 4711'],
    ['Achat Hotels', 'HOTELS.COM 4711'],
  ])('is no part of the name that people gave: %s is not meant by %s', async (payee, text) => {
    const past = times(12, { payee, category: 'Out' });
    expect((await proposalFor([...past, { id: 'new', text }]))?.payeeName).toBeUndefined();
  });

  it.each([
    ['TESCO 4711', 'Tesco'],
    ['VISA TESCO 4711', 'Visa Tesco'],
  ])('is found where a text with how was paid became a payee too: %s', async (text, name) => {
    const past = [...times(12, { payee: 'Visa Tesco', category: 'Food' }), ...known];
    expect((await proposalFor([...past, { id: 'new', text }]))?.payeeName).toBe(name);
  });

  it("is not a bank's text that became a payee", async () => {
    const text = `Tesco ${'superstore '.repeat(10)}`;
    const proposal = await proposalFor([...known, { id: 'new', text: `${text} 2299` }], {
      payees: [text],
    });
    expect(proposal?.payeeName).toBe('Tesco');
  });

  it.each<[string, Entry, BudgetOptions?]>([
    ['the text is a payee already', { text: 'tesco' }],
    ['the transaction has a payee', { payee: 'Tesco Stores', text: 'TESCO STORES 2299' }],
    ['the transaction is reconciled', { text: 'TESCO STORES 2299', flags: ['reconciled'] }],
    ['two payees fit', { text: 'TESCO 2299' }, { payees: ['Tesco Ltd'] }],
    ['the name only stands somewhere in the text', { text: 'PAYPAL TESCO' }],
    ['another payee stands behind', { text: 'PAYPAL TESCO' }, { payees: ['PayPal'] }],
  ])('is not proposed when %s', async (_when, entry, options) => {
    const proposal = await proposalFor([...known, { id: 'new', ...entry }], options);
    expect(proposal?.payeeName).toBeUndefined();
  });
});

describe('a hidden category', () => {
  it('is never proposed', async () => {
    const answer = await answerTo([...times(20, { payee: 'Lidl', category: 'Food' }), NEW_LIDL], {
      hidden: ['Food'],
      categories: ['Fun'],
    });
    expect(answer.proposals).toEqual([]);
  });
});

describe('a budget without a past', () => {
  it('gets nothing when it is empty', async () => {
    expect(await answerTo([])).toEqual({ ...NOTHING, candidates: [] });
  });

  it('gets nothing when nothing has a category', async () => {
    const answer = await answerTo([NEW_LIDL, { payee: 'Lidl' }], { categories: ['Food'] });
    expect(answer).toEqual({ ...NOTHING, candidates: ['new', 't1'] });
  });
});
