import { describe, expect, it } from 'vitest';
import {
  answerTo,
  categoriesOf,
  confidenceOf,
  decision,
  FUEL,
  NEW_LIDL,
  proposalFor,
} from './asking.ts';
import { times } from './budgets.ts';

describe('a decision that the budget does not show yet', () => {
  it('counts like a category when it was approved', async () => {
    const open = [
      { id: 'decided', payee: 'Bakery' },
      { id: 'new', payee: 'Bakery' },
    ];
    const proposal = await proposalFor([...FUEL, ...open], { categories: ['Food'] }, [
      decision('decided', 'approved', 'Food'),
    ]);
    expect(categoriesOf(proposal)[0]).toBe('Food');
    expect(proposal?.reason).toBe('1 of 1 past transaction at “Bakery” is Food');
  });

  it('is as sure as the same in the past, not as three of them', async () => {
    const payee = { payee: 'Bakery' };
    const decided = await proposalFor(
      [...FUEL, { ...payee, id: 'decided' }, { ...payee, id: 'new' }],
      { categories: ['Food'] },
      [decision('decided', 'approved', 'Food')],
    );
    expect(confidenceOf(decided)).toBeGreaterThan(0.7);
    expect(confidenceOf(decided)).toBeLessThanOrEqual(0.8);
  });

  it('brings no category along that nobody would choose', async () => {
    const proposal = await proposalFor(
      [
        ...times(40, { payee: 'Lidl', category: 'Food' }),
        ...FUEL,
        { id: 'decided', payee: 'Lidl' },
        NEW_LIDL,
      ],
      {},
      [decision('decided', 'approved', 'Food')],
    );
    expect(proposal?.categories.map(({ categoryId }) => categoryId)).toEqual(['Food']);
  });

  it('leaves it open where two disagree about a payee', async () => {
    const proposal = await proposalFor(
      [...FUEL, ...['a', 'b', 'new'].map((id) => ({ id, payee: 'Ikea' }))],
      { categories: ['Food', 'Home'] },
      [decision('a', 'approved', 'Food'), decision('b', 'approved', 'Home')],
    );
    expect(categoriesOf(proposal).slice(0, 2).toSorted()).toEqual(['Food', 'Home']);
    expect(confidenceOf(proposal)).toBeLessThan(0.6);
  });

  it('is followed at once where the payee was always of another kind', async () => {
    const proposal = await proposalFor(
      [
        ...times(400, { payee: 'Lidl', category: 'Food' }),
        ...FUEL,
        { id: 'decided', payee: 'Lidl' },
        NEW_LIDL,
      ],
      { categories: ['Fun'] },
      [decision('decided', 'approved', 'Fun')],
    );
    expect(categoriesOf(proposal)[0]).toBe('Fun');
    expect(confidenceOf(proposal)).toBeLessThan(0.9);
  });

  it('changes nothing else where it is what the payee always was', async () => {
    const proposal = await proposalFor(
      [
        ...times(45, { payee: 'PayPal', category: 'Shopping' }),
        ...times(9, { payee: 'PayPal', notes: 'Spotify', category: 'Music' }),
        { id: 'decided', payee: 'PayPal' },
        { id: 'new', payee: 'PayPal', notes: 'Spotify' },
      ],
      {},
      [decision('decided', 'approved', 'Shopping')],
    );
    expect(categoriesOf(proposal)[0]).toBe('Music');
    expect(proposal?.reason).toBe(
      '9 of 9 past transactions with these notes at “PayPal” are Music',
    );
  });

  it('is followed where it is what the payee always was, and something else had been proposed', async () => {
    const proposal = await proposalFor(
      [
        ...times(45, { payee: 'PayPal', category: 'Shopping' }),
        ...times(9, { payee: 'PayPal', notes: 'Spotify', category: 'Music' }),
        { id: 'decided', payee: 'PayPal', notes: 'Spotify' },
        { id: 'new', payee: 'PayPal', notes: 'Spotify' },
      ],
      {},
      [decision('decided', 'corrected', 'Shopping')],
    );
    expect(categoriesOf(proposal)[0]).toBe('Shopping');
  });

  it('is one more thing to learn from where the payee is of many kinds', async () => {
    const mixed = [...'ABABABABABABABABABAB'].map((which) => ({
      payee: 'Amazon',
      category: which === 'A' ? 'Books' : 'Toys',
    }));
    const proposal = await proposalFor(
      [...mixed, ...FUEL, { id: 'decided', payee: 'Amazon' }, { id: 'new', payee: 'Amazon' }],
      { categories: ['Garden'] },
      [decision('decided', 'approved', 'Garden')],
    );
    expect(categoriesOf(proposal)).toContain('Garden');
    expect(confidenceOf(proposal)).toBeLessThan(0.8);
  });

  it('gives way to a rejection of the same category for the payee', async () => {
    const proposal = await proposalFor(
      [
        ...times(20, { payee: 'Lidl', category: 'Food' }),
        { id: 'decided', payee: 'Lidl' },
        { id: 'rejected', payee: 'Lidl' },
        NEW_LIDL,
      ],
      { categories: ['Fun'] },
      [decision('decided', 'approved', 'Fun'), decision('rejected', 'rejected', 'Fun')],
    );
    expect(categoriesOf(proposal)[0]).toBe('Food');
  });

  it('is not proposed again for the transaction that it was made for', async () => {
    const answer = await answerTo(
      [...times(9, { payee: 'Lidl', category: 'Food' }), NEW_LIDL],
      {},
      [decision('new', 'approved', 'Food')],
    );
    expect(answer).toEqual({ candidates: ['new'], proposals: [], guessed: [], transfers: [] });
  });

  it('leaves nothing to say where it is a rejection of all that was ever chosen', async () => {
    const { proposals } = await answerTo(
      [...times(1000, { payee: 'Lidl', category: 'Food' }), NEW_LIDL],
      { categories: ['Fun'] },
      [decision('new', 'rejected', 'Food')],
    );
    expect(proposals).toEqual([]);
  });

  it('keeps a rejected category away from nothing else where no payee is known', async () => {
    const { proposals } = await answerTo(
      [...times(1000, { category: 'Food' }), { id: 'rejected' }, { id: 'new' }],
      {},
      [decision('rejected', 'rejected', 'Food')],
    );
    expect(proposals.map((one) => [one.transactionId, ...categoriesOf(one)])).toEqual([
      ['new', 'Food'],
    ]);
  });

  it('means nothing when its category is hidden by now', async () => {
    const open = [
      { id: 'decided', payee: 'Bakery' },
      { id: 'new', payee: 'Bakery' },
    ];
    const answer = await answerTo([...FUEL, ...open], { hidden: ['Food'] }, [
      decision('decided', 'approved', 'Food'),
    ]);
    expect(answer.proposals).toEqual([]);
  });
});
