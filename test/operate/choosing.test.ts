import { describe, expect, it } from 'vitest';
import { categoryNamed, choose, codeOf, idsNamed, isCategoryId } from '../../operate/choosing.ts';
import { OptionError } from '../../operate/options.ts';
import { uuid } from '../domain/builders.ts';
import { paidTo, proposed, suggestion } from './suggestions.ts';

/** Which suggestions a person means at the terminal. */

const [one, two] = [suggestion(1), suggestion(2)];

describe('a suggestion', () => {
  it('is named by its id, or by the code that stands for it', () => {
    expect(idsNamed([one.id, codeOf(two.id)], [one, two])).toEqual([one.id, two.id]);
  });

  it('needs not be there to be named by its id: the API says what became of it', () => {
    const often = `${one.transactionId}.127`;
    expect(idsNamed([one.id, often], [])).toEqual([one.id, often]);
  });

  it('is decided on once, however often it is named', () => {
    expect(idsNamed([one.id, codeOf(one.id), one.id], [one])).toEqual([one.id]);
  });

  it('is not the one of a code that was shown before a newer proposal took its place', () => {
    const newer = { ...one, id: `${one.transactionId}.7`, revision: 7 };
    expect(() => idsNamed([codeOf(one.id)], [newer])).toThrow(OptionError);
  });

  it.each(['1234567', `${one.id}x`, codeOf('another'), 'lidl', '', '*'])(
    'is not named by %j',
    (name) => {
      expect(() => idsNamed([codeOf(one.id), name], [one, two])).toThrow(
        `There is no suggestion ${name} to decide on`,
      );
    },
  );

  it('is named whole where a code stands for several', () => {
    expect(() => idsNamed([codeOf(one.id)], [one, one])).toThrow('stands for several');
  });
});

describe('those that are meant', () => {
  const lidl = suggestion(1, { transaction: paidTo('LIDL sagt Danke') });
  const shop = suggestion(2, { transaction: paidTo('4711'), payeeName: 'Corner (Shop)' });
  const fuel = suggestion(3, { proposals: [proposed('Fuel', 0.95), proposed('Groceries', 0.05)] });
  const guess = suggestion(4, { proposals: [proposed('Fuel', 0.99)], proposedBy: 'model' });
  const there = [lidl, shop, fuel, guess];
  const ids = (filter: Parameters<typeof choose>[1]) =>
    choose(there, filter).chosen.map(({ revision }) => revision);

  it.each([
    ['lidl sagt danke', [1]],
    ['lidl', [3, 4]],
    ['LIDL*', [1, 3, 4]],
    ['*danke', [1]],
    ['corner (shop)', [2]],
    ['4711', [2]],
    ['.*', []],
    ['', []],
    ['*', [1, 2, 3, 4]],
  ])('by the payee %s, as the bank or the proposal has it, are %j', (payee, expected) => {
    expect(ids({ payee })).toEqual(expected);
  });

  it.each([
    ['a space that does not break', 'Café\u00a0de la Gare'],
    ['a narrow one', 'Café\u202fde la Gare'],
    ['a tab', 'Café\tde la Gare'],
    ['a letter and its mark apart', 'Cafe\u0301 de la Gare'],
    ['marks of direction around it', '\u200fCafé de la Gare\u200e'],
    ['spaces between and behind', 'Café  de la Gare  '],
    ['signs that nobody sees within', 'Ca\u00adfé\u200b de\u2060 la G\u200dare'],
  ])('are meant by what a terminal shows where a bank writes %s', (_what, payee) => {
    const one = suggestion(1, { transaction: paidTo(payee), proposals: [proposed(payee, 0.9)] });
    for (const name of ['Café de la Gare', 'café de*', payee]) {
      expect(choose([one], { payee: name, category: name }).chosen).toEqual([one]);
    }
    expect(categoryNamed('café de la gare', [one])).toBe(`id of ${payee}`);
  });

  it.each([
    ['istanbul*', 'İSTANBULKART'],
    ['sarıyer*', 'SARIYER PİDE'],
  ])('are meant by %s in either case of Turkish: %s', (payee, written) => {
    const one = suggestion(1, { transaction: paidTo(written) });
    expect(choose([one], { payee }).chosen).toEqual([one]);
  });

  it('by category are those that have it first', () => {
    expect(ids({ category: 'groceries' })).toEqual([1, 2]);
    expect(ids({ category: 'f*' })).toEqual([3, 4]);
  });

  it("by confidence are those at least that sure, but for a language model's, which are counted", () => {
    expect(ids({ above: 0.95 })).toEqual([3]);
    expect(choose(there, { above: 0.95 }).ofModel).toBe(1);
    expect(ids({ above: 0.951 })).toEqual([]);
  });

  it('by several words are those to which each applies', () => {
    expect(ids({ payee: 'lidl*', category: 'groceries', above: 0.5 })).toEqual([1]);
  });

  it("by names alone may be a language model's", () => {
    expect(ids({ category: 'fuel', payee: 'lidl' })).toEqual([3, 4]);
  });
});

describe('a category that is to be written instead', () => {
  const there = [
    suggestion(1, { proposals: [proposed('Groceries', 0.9), proposed('Fuel', 0.1)] }),
    suggestion(2, { proposals: [{ ...proposed('Twice', 0.9), categoryId: 'a' }] }),
    suggestion(3, { proposals: [{ ...proposed('Twice', 0.9), categoryId: 'b' }] }),
  ];

  it('is named as any suggestion proposes it, in either case', () => {
    expect(categoryNamed('fuel', there)).toBe('id of Fuel');
  });

  it('is named as any was decided with, which nothing need have proposed', () => {
    const decided = { payeeName: null, decidedAt: '', decidedBy: '' };
    const decision = { categoryId: 'fun', categoryName: 'Fun', ...decided };
    expect(categoryNamed('fun', [suggestion(4, { decision })])).toBe('fun');
    expect(categoryNamed('FUN', [...there, suggestion(4, { decision })])).toBe('fun');
  });

  it('is named by its id', () => {
    expect(isCategoryId(uuid(7))).toBe(true);
    expect(categoryNamed('b', there)).toBe('b');
  });

  it('is none where nobody knows it', () => {
    expect(categoryNamed('Fule', there)).toBeUndefined();
    const decision = { categoryId: 'c', categoryName: null, payeeName: null };
    const nameless = suggestion(4, { decision: { ...decision, decidedAt: '', decidedBy: '' } });
    expect(categoryNamed('', [nameless])).toBeUndefined();
  });

  it('is refused where several have the name', () => {
    expect(() => categoryNamed('Twice', there)).toThrow('Give an id: a, b.');
  });
});
