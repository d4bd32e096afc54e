import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../functions/suggest/engine.ts';
import { payeeGroups } from '../../functions/suggest/model/payee-groups.ts';
import { questionAbout, readAnswer } from '../../functions/suggest/model/question.ts';
import { roughly, withoutNumbers } from '../../functions/suggest/model/wording.ts';
import { decision } from './asking.ts';
import { budget, type Entry } from './budgets.ts';
import { dataOf } from './models.ts';

const CATEGORIES = ['Food', 'Fuel', 'Fun', 'Rent', 'Gifts'];

/** The groups of all transactions of a budget, and its categories. */
function asked(entries: readonly Entry[], decisions: readonly Decision[] = []) {
  const extract = budget(entries, { categories: CATEGORIES });
  const places = entries.map((_, index) => index);
  const groups = payeeGroups(extract, places, { decisions, standing: [] });
  return { groups, categories: extract.categories };
}

function sent(entries: readonly Entry[], decisions: readonly Decision[] = []) {
  const { groups, categories } = asked(entries, decisions);
  return dataOf(questionAbout(groups, categories));
}

describe('what a model is sent', () => {
  const [entry]: readonly Entry[] = [
    {
      id: 'a-transaction-id',
      date: 20260315,
      account: 'Joint account of Ann',
      payee: 'REWE Markt 4711 Köln',
      text: 'REWE SAGT DANKE. 50712',
      notes: 'a secret note',
      amount: -4523,
    },
  ];

  it('is the payee, roughly the amount, and the names of categories', () => {
    expect(sent(entry === undefined ? [] : [entry])).toEqual({
      categories: CATEGORIES.map((name, index) => ({ id: `c${index + 1}`, name })),
      payees: [{ id: 'p1', payee: 'REWE Markt # Köln', amount: -50 }],
    });
  });

  it('says of a category that it is one of income', () => {
    const { categories } = budget([], { categories: ['Salary', 'Food'], income: ['Salary'] });
    expect(dataOf(questionAbout([], categories)).categories).toEqual([
      { id: 'c1', name: 'Salary', income: true },
      { id: 'c2', name: 'Food' },
    ]);
  });

  it('is the amount in the middle of those of a payee', () => {
    const amounts = [-100_000, -1_000, -2_000];
    const { payees } = sent(amounts.map((amount) => ({ payee: 'Shop', amount })));
    expect(payees).toMatchObject([{ amount: -20 }]);
  });

  it('names each category that was rejected for a payee', () => {
    const entries = ['a', 'b'].map((id) => ({ id, payee: 'Shop' }));
    const decisions = [decision('a', 'rejected', 'Food'), decision('b', 'rejected', 'Fun')];
    const { payees } = sent(entries, decisions);
    expect(payees).toMatchObject([{ not: ['c1', 'c3'] }]);
  });

  it('holds no note, account, date, exact amount or id', () => {
    const question = JSON.stringify(
      questionAbout(
        ...(Object.values(asked(entry === undefined ? [] : [entry])) as [never, never]),
      ),
    );
    for (const hidden of ['note', 'Joint', '2026', '4523', '45.23', 'a-transaction-id', '4711']) {
      expect(question).not.toContain(hidden);
    }
  });

  it.each([
    ['PAYPAL *SHOP 4029357733', 'PAYPAL *SHOP #'],
    ['DE89 3704 0044 0532 0130 00 Anna', 'DE89 # Anna'],
    ['Dr. Weber 06 12 34 56 78', 'Dr. Weber #'],
    ['CARD REWE 12.04.25 10:33', 'CARD REWE #'],
    ['LIDL 24.12. 9:05', 'LIDL #'],
    ['Taxi 030.12.345', 'Taxi #'],
    ['USD 12.99 Amazon', 'USD # Amazon'],
    ['USD 9.99 Netflix', 'USD # Netflix'],
    ['Kiosk EUR1.020,20', 'Kiosk EUR#'],
    ['消费９．９９元', '消费#元'],
    ['بقالة ٩٫٩٩', 'بقالة #'],
    ['7-11 Store 24/7', '7-11 Store 24/7'],
    ['VISA 4929-1234-5678-9012 Lidl', 'VISA # Lidl'],
    ['AMZN Mktp DE*A1B2C3D4E5', 'AMZN Mktp DE*#'],
    ['7-Eleven 204', '7-Eleven 204'],
    ['REF A1B2C3D4E5 - 4711 Lidl', 'REF # Lidl'],
  ])('has no long number and no amount: %s', (text, shown) => {
    expect(withoutNumbers(text)).toBe(shown);
  });

  it.each([
    [-4523, -50],
    [-99, -1],
    [123_456, 1000],
    [0, 0],
  ])('says of %i cents roughly %d', (amount, rough) => {
    expect(roughly(amount)).toBe(rough);
  });
});

describe('the schema of an answer', () => {
  const fits = (answer: unknown) => {
    const { groups, categories } = asked([{ payee: 'First' }, { payee: 'Second' }]);
    return new Ajv().validate(questionAbout(groups, categories).schema, answer);
  };
  const good = { payee: 'p1', categories: ['c1', 'c5'], sure: true };

  it('takes what was asked for', () => {
    expect(fits({ answers: [good, { payee: 'p2', categories: [], sure: false }] })).toBe(true);
  });

  it.each([
    ['a payee that was not asked about', { answers: [{ ...good, payee: 'p3' }] }],
    ['a category that it invents', { answers: [{ ...good, categories: ['c6'] }] }],
    ['no list of categories', { answers: [{ ...good, categories: 'c1' }] }],
    ['a surety in words', { answers: [{ ...good, sure: 'yes' }] }],
    ['an entry without its payee', { answers: [{ categories: ['c1'], sure: true }] }],
    ['an entry without categories', { answers: [{ payee: 'p1', sure: true }] }],
    ['an entry without its surety', { answers: [{ payee: 'p1', categories: ['c1'] }] }],
    ['an entry with more', { answers: [{ ...good, why: 'It is a shop.' }] }],
    ['an entry that is a text', { answers: ['p1: c1'] }],
    ['no list of entries', { answers: good }],
    ['no entries', {}],
    ['more than entries', { answers: [good], notes: '' }],
    ['a list', [good]],
  ])('refuses %s', (_what, answer) => {
    expect(fits(answer)).toBe(false);
  });
});

describe('payees are grouped', () => {
  it('by what is sent of them', () => {
    const { groups } = asked([
      { payee: 'Shop 1234' },
      { payee: 'SHOP 5678' },
      { text: 'shop  9999', amount: -9000 },
      { payee: 'Other' },
    ]);
    expect(groups.map(({ payee, transactions }) => [payee, transactions])).toEqual([
      ['Other', [3]],
      ['shop #', [0, 1, 2]],
    ]);
  });

  it('by the beginning of a very long text alone', () => {
    const { groups } = asked([{ payee: `Shop ${'1 '.repeat(300)}end` }]);
    expect(groups.map(({ payee }) => payee)).toEqual(['Shop # …']);
  });

  it('with the amount in the middle', () => {
    const amounts = [-100, -20_000, -3100];
    expect(sent(amounts.map((amount) => ({ payee: 'Shop', amount }))).payees[0]?.amount).toBe(-30);
  });

  it('but not those of which no word is known', () => {
    expect(asked([{}, { text: '0815' }, { payee: ' - ' }]).groups).toEqual([]);
  });

  it('and say which categories were rejected for one of them', () => {
    const decisions = [decision('one', 'rejected', 'Fun'), decision('two', 'approved', 'Food')];
    const entries = [
      { id: 'one', payee: 'Shop' },
      { payee: 'SHOP' },
      { id: 'two', payee: 'Other' },
    ];
    const { payees } = sent(entries, decisions);
    expect(payees).toMatchObject([{ payee: 'Other' }, { payee: 'SHOP', not: ['c3'] }]);
    expect(payees[0]).not.toHaveProperty('not');
  });
});

describe('of an answer', () => {
  const { groups, categories } = asked(
    [{ id: 'one', payee: 'First' }, { payee: 'Second' }],
    [decision('one', 'rejected', 'Fun')],
  );
  // The newest comes first: p1 is Second, p2 is First.
  const read = (answer: unknown) => {
    const { choices, unanswered } = readAnswer(answer, groups, categories);
    return { choices: Object.fromEntries(choices), unanswered: unanswered.map(({ key }) => key) };
  };
  const good = { payee: 'p1', categories: ['c1', 'c2'], sure: true };
  const rest = { payee: 'p2', categories: [], sure: false };

  it('what was asked for is taken', () => {
    expect(read({ answers: [rest, good] })).toEqual({
      choices: {
        second: { categories: ['Food', 'Fuel'], sure: true },
        first: { categories: [], sure: false },
      },
      unanswered: [],
    });
  });

  it('the three best categories are taken, each once', () => {
    const many = { ...good, categories: ['c5', 'c5', 'c1', 'c2', 'c4'] };
    expect(read({ answers: [many, rest] }).choices.second?.categories).toEqual([
      'Gifts',
      'Food',
      'Fuel',
    ]);
  });

  it.each<[string, unknown]>([
    ['a category that it invents', { ...good, categories: ['c99', 'Holidays'] }],
    ["a category's name for its id", { ...good, categories: ['Food'] }],
    ['what no text can be made of', { ...good, categories: [{ toString: 1, valueOf: 1 }] }],
    ['no list of categories', { ...good, categories: 'c1' }],
    ['a category that was rejected', { payee: 'p2', categories: ['c3'], sure: true }],
    ['a payee that was not asked about', { ...good, payee: 'p3' }],
    ["a payee's name for its id", { ...good, payee: 'Second' }],
    ['no object', 'p1: c1'],
  ])('%s is dropped', (_what, entry) => {
    expect(read({ answers: [entry] })).toEqual({ choices: {}, unanswered: ['second', 'first'] });
  });

  it('an invented category is dropped, the others of the payee stay', () => {
    const mixed = { ...good, categories: ['c99', 'c2'] };
    expect(read({ answers: [mixed] }).choices.second?.categories).toEqual(['Fuel']);
  });

  it('a payee that is answered twice is not answered', () => {
    const other = { ...good, categories: ['c4'] };
    expect(read({ answers: [good, other, rest] }).unanswered).toEqual(['second']);
  });

  it.each([undefined, null, 'text', 7, [], {}, { answers: {} }, { answers: null }])(
    'nothing is taken of %j',
    (answer) => {
      expect(read(answer)).toEqual({ choices: {}, unanswered: ['second', 'first'] });
    },
  );

  it('surety is taken for what is true alone', () => {
    for (const sure of ['true', 1, null, undefined]) {
      expect(read({ answers: [{ ...good, sure }] }).choices.second?.sure).toBe(false);
    }
  });
});
