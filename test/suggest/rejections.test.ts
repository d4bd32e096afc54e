import { describe, expect, it } from 'vitest';
import { transactionId } from '../../functions/domain/ids.ts';
import type { Decision } from '../../functions/suggest/engine.ts';
import { Past } from '../../functions/suggest/history/past.ts';
import { PayeeRows } from '../../functions/suggest/history/payee-rows.ts';
import { Rejections } from '../../functions/suggest/history/rejections.ts';
import { answerTo, proposalFor } from './asking.ts';
import { type Entry, times } from './budgets.ts';

const FOOD = 'Food';

const rejected = (category: string, ...ids: readonly string[]): readonly Decision[] =>
  ids.map((id) => ({
    transactionId: transactionId(id),
    verdict: 'rejected',
    categoryId: category,
  }));

const open = (ids: readonly string[], entry: Entry): readonly Entry[] =>
  ids.map((id) => ({ ...entry, id }));

/** So many purchases at Lidl, and four to be categorised. */
const lidl = (purchases: number): readonly Entry[] => [
  ...times(purchases, { payee: 'Lidl', category: FOOD }),
  ...open(['one', 'two', 'three', 'new'], { payee: 'Lidl' }),
];

const SPOTIFY = {
  day: 1,
  account: 'card',
  payee: 'PayPal',
  notes: 'Your purchase at Spotify',
  text: 'PAYPAL SPOTIFY',
  amount: -999,
};

/** PayPal is of two kinds, which its words tell apart. */
const ofTwoKinds = (): PayeeRows => {
  const music = { row: SPOTIFY, category: 'Music' };
  const words = { notes: 'Your purchase at Zalando', text: 'PAYPAL ZALANDO' };
  const clothes = { row: { ...SPOTIFY, ...words }, category: 'Clothes' };
  return new PayeeRows(() => [music, clothes, music, clothes, music]);
};

/** How often this field of so many transactions is read, each of them rejected as Music and then asked about. */
function readsOf(field: 'notes' | 'text', transactions: number): number {
  let reads = 0;
  const get = () => {
    reads += 1;
    return SPOTIFY[field];
  };
  const rejections = new Rejections(new Past(), ofTwoKinds());
  const rows = Array.from({ length: transactions }, () =>
    Object.defineProperty({ ...SPOTIFY }, field, { get }),
  );
  for (const [index, row] of rows.entries()) rejections.add(`${index}`, row, 'Music');
  for (const [index, row] of rows.entries()) rejections.against(`${index}`, row);
  return reads;
}

const categoriesFor = async (...asked: Parameters<typeof proposalFor>) =>
  (await proposalFor(...asked))?.categories.map(({ categoryId }) => categoryId) ?? [];

describe('a category that was rejected for a transaction', () => {
  it('is likely at most for others of a payee that often was of it, and the reason says why', async () => {
    const proposal = await proposalFor(lidl(12), {}, rejected(FOOD, 'one'));
    expect(proposal?.categories[0]).toMatchObject({ categoryId: FOOD, confidence: 0.6 });
    expect(proposal?.reason).toBe(
      '12 of 12 past transactions at “Lidl” are Food, but that was rejected for another one',
    );
  });

  it('comes no more for the transaction itself, nor for one that was seldom of it', async () => {
    const { proposals } = await answerTo(lidl(12), {}, rejected(FOOD, 'one'));
    expect(proposals.map(({ transactionId: id }) => id)).toEqual(['two', 'three', 'new']);
    expect(await categoriesFor(lidl(3), {}, rejected(FOOD, 'one'))).not.toContain(FOOD);
  });

  it('stays away from a payee for which three were rejected, whatever its past', async () => {
    expect(await categoriesFor(lidl(100), {}, rejected(FOOD, 'one', 'two'))).toContain(FOOD);
    const three = rejected(FOOD, 'one', 'two', 'three');
    expect(await categoriesFor(lidl(100), {}, three)).not.toContain(FOOD);
  });
});

describe('a category that was rejected for a payee that people renamed', () => {
  const text = 'SCHULZ, PETER';
  const landlord = times(12, { payee: 'Landlord', text, category: 'Rent' });

  it.each([
    ['of that name', { payee: 'Landlord' }],
    ['with the same text of the bank', { payee: text, text }],
    ['with the same text but for its numbers', { payee: `${text} 0815`, text: `${text} 0815` }],
  ])('is likely at most where the next one has the bank’s text, after one %s', async (_, one) => {
    const all = [...landlord, { ...one, id: 'one' }, { id: 'new', payee: text, text }];
    const proposal = await proposalFor(all, {}, rejected('Rent', 'one'));
    expect(proposal?.categories[0]).toMatchObject({ categoryId: 'Rent', confidence: 0.6 });
  });
});

describe.each<[string, (words: string) => Entry]>([
  ['notes', (notes) => ({ payee: 'PayPal', notes })],
  ['text of the bank', (text) => ({ payee: 'PayPal', text })],
])('a category that was rejected at a payee whose kinds are told apart by their %s', (_, paid) => {
  const music = paid('Your purchase at Spotify 4711');
  const past = [
    ...times(12, { ...music, category: 'Music' }),
    ...times(8, { ...paid('Your purchase at Zalando'), category: 'Clothes' }),
  ];
  const dinners = open(['one', 'two', 'three'], paid('Your purchase at Lieferando'));

  it('is as likely as before where these say it, however often it was rejected for others', async () => {
    const all = [...past, ...dinners, { ...paid('Your purchase at Spotify 8'), id: 'new' }];
    const before = await proposalFor(all);
    expect(before?.categories[0].categoryId).toBe('Music');
    const after = await proposalFor(all, {}, rejected('Music', 'one', 'two', 'three'));
    const categories = before?.categories.map((one) => ({
      ...one,
      confidence: expect.closeTo(one.confidence, 9),
    }));
    expect(after).toEqual({ ...before, categories });
  });

  it('is likely at most where it was rejected for one with the same ones', async () => {
    const all = [...past, { ...music, id: 'one' }, { ...music, id: 'new' }];
    const proposal = await proposalFor(all, {}, rejected('Music', 'one'));
    expect(proposal?.categories[0]).toMatchObject({ categoryId: 'Music', confidence: 0.6 });
  });
});

describe('a category that was rejected for very many transactions of a payee', () => {
  it('comes up for none of them', async () => {
    const bought = (shop: string) => ({ payee: 'PayPal', notes: `Your purchase at ${shop}` });
    const many = open(
      Array.from({ length: 2000 }, (_, index) => `${index}`),
      bought('Spotify 4711'),
    );
    const past = [
      ...times(12, { ...bought('Spotify 4711'), category: 'Music' }),
      ...times(8, { ...bought('Zalando'), category: 'Clothes' }),
    ];
    const { proposals } = await answerTo(
      [...past, ...many],
      {},
      rejected('Music', ...many.map(({ id = '' }) => id)),
    );
    expect(proposals.filter(({ categories: [best] }) => best.categoryId === 'Music')).toEqual([]);
  });

  it.each(['notes', 'text'] as const)(
    'is compared with no other by its %s: ten times as many are read ten times as often',
    (field) => {
      const few = readsOf(field, 20);
      expect(few).toBeGreaterThan(0);
      expect(readsOf(field, 200)).toBe(10 * few);
    },
  );
});
