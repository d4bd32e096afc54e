import { describe, expect, it } from 'vitest';
import { transactionId } from '../../functions/domain/ids.ts';
import { transactionsOf } from '../../functions/steps/proposed-changes.ts';
import type { ProposalRequest, Proposals } from '../../functions/suggest/engine.ts';
import { decision } from './asking.ts';
import { budget, type Entry, times } from './budgets.ts';
import { choosing, modelThat, REFUSED } from './models.ts';
import { about, codes, KNOWN, OPEN, propose, type World } from './proposing-by-model.ts';

describe('what a model proposed before', () => {
  const standing = {
    transactionId: transactionId('new'),
    payee: 'Bike Shop',
    categories: [
      { categoryId: 'Fun', categoryName: 'Fun', confidence: 0.6 },
      { categoryId: 'Fuel', categoryName: 'Fuel', confidence: 0.2 },
    ] as const,
  };
  const before: Partial<ProposalRequest> = { standing: [standing] };
  const first = (answer: Proposals, id = 'new') => about(answer, id)?.categories[0].categoryId;

  it('is given again without asking, to later transactions of the payee too', async () => {
    const model = modelThat();
    const entries = [...OPEN, { id: 'later', payee: 'BIKE SHOP' }];
    const answer = await propose([...KNOWN, ...entries], model, { more: before });
    expect([first(answer), first(answer, 'later')]).toEqual(['Fun', 'Fun']);
    expect(about(answer, 'new')?.categories).toEqual(standing.categories);
    expect([model.questions, answer.counts]).toEqual([[], undefined]);
  });

  it.each<[string, World, readonly Entry[]]>([
    ['its category is not shown any more', { categories: ['Food', 'Fuel'] }, OPEN],
    ['the transaction has another payee', {}, [{ id: 'new', payee: 'Tailor' }]],
    [
      'it was rejected for the payee',
      {
        more: { decisions: [decision('other', 'rejected', 'Fun')] },
      },
      [...OPEN, { id: 'other', payee: 'Bike Shop' }],
    ],
  ])('is asked anew when %s', async (_what, world, entries) => {
    const model = modelThat(choosing('Fuel'));
    const more = { ...before, ...world.more };
    const answer = await propose([...KNOWN, ...entries], model, { ...world, more });
    expect(first(answer)).toBe('Fuel');
    expect(model.questions).toHaveLength(1);
  });

  it('is given again as it was for each of the payees that look the same to the model, and to new ones', async () => {
    const [fun, fuel] = standing.categories;
    const again = [
      { transactionId: transactionId('a'), payee: 'Shop 1234', categories: [fun] },
      { transactionId: transactionId('b'), payee: 'Shop 5678', categories: [fuel] },
    ] as const;
    const entries = [
      { id: 'a', payee: 'Shop 1234' },
      { id: 'later', payee: 'SHOP 1234' },
      { id: 'b', payee: 'Shop 5678' },
      { id: 'new', payee: 'Shop 9999' },
    ];
    const model = modelThat();
    const answer = await propose(entries, model, { more: { standing: again } });
    expect(entries.map(({ id }) => first(answer, id))).toEqual(['Fun', 'Fun', 'Fuel', 'Fuel']);
    expect(model.questions).toEqual([]);
  });

  it('is given again for a text of which not all is kept', async () => {
    const entries = [{ id: 'new', text: `Bike Shop${' '.repeat(250)}Berlin` }];
    const kept = transactionsOf(budget(entries))(standing.transactionId);
    const model = modelThat();
    const more = { standing: [{ ...standing, payee: kept?.payee ?? '' }] };
    expect(first(await propose(entries, model, { more }))).toBe('Fun');
    expect(model.questions).toEqual([]);
  });

  it('is given again without a further choice that was rejected for the payee since', async () => {
    const rejected = decision('other', 'rejected', 'Fuel');
    const entries = [...KNOWN, ...OPEN, { id: 'other', payee: 'Bike Shop' }];
    const more = { ...before, decisions: [rejected] };
    const answer = await propose(entries, modelThat(), { more });
    expect(about(answer, 'new')?.categories.map(({ categoryId }) => categoryId)).toEqual(['Fun']);
  });

  it('is asked anew when a new answer is wanted', async () => {
    const model = modelThat(choosing('Fuel'));
    const answer = await propose([...KNOWN, ...OPEN], model, { more: { ...before, anew: true } });
    expect(first(answer)).toBe('Fuel');
  });

  it('stays when the model cannot be asked', async () => {
    const more = { ...before, anew: true };
    const answer = await propose([...KNOWN, ...OPEN], modelThat(REFUSED), { more });
    expect(first(answer)).toBe('Fun');
    expect(codes(answer)).toEqual([['MODEL_REFUSED', 1]]);
  });

  it('gives way to what the past says by now', async () => {
    const bought = times(20, { payee: 'Bike Shop', category: 'Food' });
    const entries = [...KNOWN, ...bought, ...OPEN];
    const answer = await propose(entries, modelThat(), { more: before });
    expect(first(answer)).toBe('Food');
    expect(about(answer, 'new')).not.toHaveProperty('proposedBy');
  });
});
