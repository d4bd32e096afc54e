import { describe, expect, it } from 'vitest';
import {
  asDecidedNow,
  confirmed,
  type Verdict,
  verdicts,
} from '../../functions/domain/applying.ts';
import { suggestionId, transactionId } from '../../functions/domain/ids.ts';
import type { RefusalCode } from '../../functions/domain/refusals.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { type BudgetOptions, budget, type Entry } from '../suggest/budgets.ts';
import { at } from './builders.ts';
import { suggestion } from './suggestions.ts';

const ID = transactionId('t');
const OPTIONS: BudgetOptions = { categories: ['food', 'rent'], payees: ['grocer'] };
const AS_PROPOSED: Entry = { id: ID, payee: 'grocer', amount: -500 };

/** An approved suggestion for the transaction as it was proposed. */
function approved(more: Partial<Suggestion> = {}): Suggestion {
  const { transaction } = suggestion(1);
  return suggestion(1, {
    id: suggestionId(ID, 1),
    transactionId: ID,
    status: 'approved',
    transaction: { ...transaction, payeeId: 'grocer', amount: -500 },
    decision: {
      categoryId: 'food',
      categoryName: 'Food',
      payeeName: null,
      decidedAt: at(0),
      decidedBy: 'me',
    },
    ...more,
  });
}

const withPayee = (payeeName: string): Partial<Suggestion> => {
  const { decision } = approved();
  return decision === null ? {} : { decision: { ...decision, payeeName } };
};
const seen = (more: Partial<Suggestion['transaction']>): Partial<Suggestion> => ({
  transaction: { ...approved().transaction, ...more },
});

function verdict(
  entry: Entry | undefined,
  more: Partial<Suggestion> = {},
  options: BudgetOptions = OPTIONS,
): Verdict | undefined {
  const extract = budget(entry === undefined ? [] : [entry], options);
  return verdicts(extract, [approved(more)])[0];
}

describe('an approved suggestion', () => {
  it('is written where the budget is as it was', () => {
    expect(verdict(AS_PROPOSED)).toMatchObject({
      kind: 'write',
      update: { transactionId: ID, categoryId: 'food' },
    });
  });

  it('is written with the first proposal where nobody decided', () => {
    const pending = { status: 'pending', decision: null } as const;
    expect(verdict(AS_PROPOSED, pending)).toMatchObject({ update: { categoryId: 'food' } });
  });

  it('is done when the budget shows it already', () => {
    expect(verdict({ ...AS_PROPOSED, category: 'food' })).toMatchObject({ kind: 'done' });
  });

  it('is done even where the rest has changed since: an interrupted apply did it', () => {
    const entry = { ...AS_PROPOSED, category: 'food', payee: 'aldi', amount: -1 };
    expect(verdict(entry)).toMatchObject({ kind: 'done' });
  });

  it.each<[string, RefusalCode, Entry | undefined, BudgetOptions?, Partial<Suggestion>?]>([
    ['the transaction is gone', 'TRANSACTION_GONE', undefined],
    ['it was split', 'TRANSACTION_SPLIT', { ...AS_PROPOSED, flags: ['splitParent'] }],
    ['it has another category', 'TRANSACTION_CATEGORISED', { ...AS_PROPOSED, category: 'rent' }],
    ['it was reconciled', 'TRANSACTION_RECONCILED', { ...AS_PROPOSED, flags: ['reconciled'] }],
    ['its amount changed', 'TRANSACTION_CHANGED', { ...AS_PROPOSED, amount: -501 }],
    ['it has another payee', 'TRANSACTION_CHANGED', { ...AS_PROPOSED, payee: 'aldi' }],
    ['it got a payee', 'TRANSACTION_CHANGED', AS_PROPOSED, OPTIONS, seen({ payeeId: null })],
    [
      'its payee was merged into another',
      'PAYEE_MERGED',
      { ...AS_PROPOSED, payee: 'aldi' },
      { ...OPTIONS, payees: [] },
    ],
    [
      'it became a transfer',
      'TRANSACTION_TRANSFER',
      { ...AS_PROPOSED, payee: 'savings' },
      { ...OPTIONS, transfers: { savings: 'Checking' } },
    ],
    [
      'it became a transfer while its category was sent',
      'TRANSACTION_TRANSFER',
      { ...AS_PROPOSED, payee: 'savings', category: 'food' },
      { ...OPTIONS, transfers: { savings: 'Checking' } },
    ],
    [
      'its account was closed',
      'ACCOUNT_CLOSED',
      { ...AS_PROPOSED, account: 'Old' },
      { ...OPTIONS, closed: ['Old'] },
    ],
    [
      'its account was taken off the budget',
      'ACCOUNT_CLOSED',
      { ...AS_PROPOSED, account: 'House' },
      { ...OPTIONS, offBudget: ['House'] },
    ],
    ['the category is gone', 'CATEGORY_GONE', AS_PROPOSED, { ...OPTIONS, categories: [] }],
    ['the category is hidden', 'CATEGORY_HIDDEN', AS_PROPOSED, { ...OPTIONS, hidden: ['food'] }],
  ])('is refused when %s', (_what, code, entry, options = OPTIONS, more = {}) => {
    expect(verdict(entry, more, options)).toMatchObject({ kind: 'refused', code });
  });

  it('waits for a new approval once what was approved has changed', () => {
    const lastOutcome = { code: 'TRANSACTION_CHANGED', at: at(5) } as const;
    expect(verdict(AS_PROPOSED, { lastOutcome })).toMatchObject({
      kind: 'refused',
      code: 'TRANSACTION_CHANGED',
    });
  });

  it('waits for a new approval also when its payee was merged with another one', () => {
    const lastOutcome = { code: 'PAYEE_MERGED', at: at(5) } as const;
    expect(verdict(AS_PROPOSED, { lastOutcome })).toMatchObject({ code: 'PAYEE_MERGED' });
  });

  it('is tried again where nobody approved it: it is proposed as the budget is now', () => {
    const lastOutcome = { code: 'TRANSACTION_CHANGED', at: at(5) } as const;
    const pending = { status: 'pending', decision: null, lastOutcome } as const;
    expect(verdict(AS_PROPOSED, pending)).toMatchObject({ kind: 'write' });
  });

  it('is looked up by its own account, payee and category, whichever place they have', () => {
    const others: Entry = { id: 'x', account: 'Old', payee: 'aldi', category: 'rent' };
    const options = { ...OPTIONS, closed: ['Old'] };
    const entries = [others, AS_PROPOSED, { ...AS_PROPOSED, id: 'u', category: 'food' }];
    const done = approved({ transactionId: transactionId('u') });
    const found = verdicts(budget(entries, options), [approved(), done]);
    expect(found.map(({ kind }) => kind)).toEqual(['write', 'done']);
  });

  it('is written to a transaction without a payee, with one where it is wanted', () => {
    const { payee: _, ...without } = AS_PROPOSED;
    expect(verdict(without, seen({ payeeId: null }))).toMatchObject({ kind: 'write' });
    expect(verdict(without, { ...seen({ payeeId: null }), ...withPayee('Aldi') })).toMatchObject({
      update: { payeeName: 'Aldi' },
    });
  });

  it('is tried again after a refusal that the user has mended', () => {
    const lastOutcome = { code: 'CATEGORY_HIDDEN', at: at(5) } as const;
    expect(verdict(AS_PROPOSED, { lastOutcome })).toMatchObject({ kind: 'write' });
  });
});

describe('a payee', () => {
  it('is set with the category', () => {
    expect(verdict(AS_PROPOSED, withPayee('Aldi'))).toMatchObject({
      update: { payeeName: 'Aldi' },
      payeeKept: false,
    });
  });

  it('is set where somebody else has set the category alone', () => {
    const found = verdict({ ...AS_PROPOSED, category: 'food' }, withPayee('Aldi'));
    expect(found).toMatchObject({
      kind: 'write',
      update: { categoryId: 'food', payeeName: 'Aldi' },
    });
  });

  it.each([
    ['the wanted one', 'aldi'],
    ['yet another one', 'lidl'],
  ])('is done with where the transaction has the category and %s', (_what, payee) => {
    const found = verdict({ ...AS_PROPOSED, category: 'food', payee }, withPayee('Aldi'));
    expect(found).toMatchObject({ kind: 'done', payeeKept: false });
  });

  it('that is kept is told of also when the category was set before', () => {
    const reconciled = { ...seen({ reconciled: true }), ...withPayee('Aldi') };
    const entry: Entry = { ...AS_PROPOSED, category: 'food', flags: ['reconciled'] };
    expect(verdict(entry, reconciled)).toMatchObject({ kind: 'done', payeeKept: true });
  });

  it.each([
    ['the wanted one', 'grocer'],
    ['the same but for its spelling', 'GROCER'],
  ])('is left alone where it is %s', (_what, wanted) => {
    const found = verdict(AS_PROPOSED, withPayee(wanted));
    expect(found).toMatchObject({ kind: 'write' });
    expect(found).not.toHaveProperty('update.payeeName');
  });

  it('is left alone also where an account goes by the very name', () => {
    const options = { ...OPTIONS, transfers: { GROCER: 'Savings' } };
    const found = verdict(AS_PROPOSED, withPayee('GROCER'), options);
    expect(found).toMatchObject({ kind: 'write' });
    expect(found).not.toHaveProperty('update.payeeName');
  });

  it('is another one where the budget has both, and they differ in spelling alone', () => {
    const alike: BudgetOptions = { ...OPTIONS, payees: ['Grocer'] };
    expect(verdict(AS_PROPOSED, withPayee('Grocer'), alike)).toMatchObject({
      kind: 'write',
      update: { payeeName: 'Grocer' },
    });
    const categorised = { ...AS_PROPOSED, category: 'food' };
    expect(verdict(categorised, withPayee('Grocer'), alike)).toMatchObject({ kind: 'write' });
  });

  it('of a transaction that was reconciled when it was proposed is kept; the category is set', () => {
    const reconciled = { ...seen({ reconciled: true }), ...withPayee('Aldi') };
    const found = verdict({ ...AS_PROPOSED, flags: ['reconciled'] }, reconciled);
    expect(found).toMatchObject({ kind: 'write', payeeKept: true, update: { categoryId: 'food' } });
    expect(found).not.toHaveProperty('update.payeeName');
  });

  describe('that was proposed, and was renamed in Actual since it was approved,', () => {
    const renamed = { ...withPayee('Aldi'), payeeName: 'Aldi' };

    it('is not made anew: the category is set, and the payee kept', () => {
      const found = verdict(AS_PROPOSED, renamed);
      expect(found).toMatchObject({
        kind: 'write',
        payeeKept: true,
        update: { categoryId: 'food' },
      });
      expect(found).not.toHaveProperty('update.payeeName');
    });

    it('leaves nothing to do where the category is there already', () => {
      const categorised = { ...AS_PROPOSED, category: 'food' };
      expect(verdict(categorised, renamed)).toMatchObject({ kind: 'done', payeeKept: true });
    });

    it.each(['Aldi', 'ALDI'])('is set where the budget has %s all the same', (name) => {
      const found = verdict(AS_PROPOSED, renamed, { ...OPTIONS, payees: ['grocer', name] });
      expect(found).toMatchObject({ payeeKept: false, update: { payeeName: 'Aldi' } });
    });
  });

  it('that a person wants is created where the budget has none of its name', () => {
    const found = verdict(AS_PROPOSED, { ...withPayee('Aldi'), payeeName: 'Lidl' });
    expect(found).toMatchObject({ payeeKept: false, update: { payeeName: 'Aldi' } });
  });

  it('of a transfer out of the budget is kept: Actual would delete its other half', () => {
    const options = { ...OPTIONS, offBudget: ['house'], transfers: { 'to house': 'house' } };
    const transfer = { ...seen({ payeeId: 'to house' }), ...withPayee('Bank') };
    const found = verdict({ ...AS_PROPOSED, payee: 'to house' }, transfer, options);
    expect(found).toMatchObject({ kind: 'write', payeeKept: true, update: { categoryId: 'food' } });
    expect(found).not.toHaveProperty('update.payeeName');
  });
});

describe('what was written', () => {
  const update = { transactionId: ID, categoryId: 'food' };

  it('is confirmed where the budget shows it after the sync', () => {
    const extract = budget([{ ...AS_PROPOSED, category: 'food' }], OPTIONS);
    expect([...confirmed(extract, [update])]).toEqual([ID]);
  });

  it.each<[string, readonly Entry[]]>([
    ['another device set another category', [{ ...AS_PROPOSED, category: 'rent' }]],
    ['another device took it away', [AS_PROPOSED]],
    ['another device deleted it', []],
  ])('is not where %s', (_what, entries) => {
    expect(confirmed(budget(entries, OPTIONS), [update]).size).toBe(0);
  });

  it('is confirmed with the payee that was wanted, however that is spelled', () => {
    const extract = budget([{ ...AS_PROPOSED, category: 'food' }], OPTIONS);
    expect([...confirmed(extract, [{ ...update, payeeName: 'Grocer' }])]).toEqual([ID]);
  });

  it('is not where it has the payee that is spelled almost like the wanted one', () => {
    const extract = budget([{ ...AS_PROPOSED, category: 'food' }], {
      ...OPTIONS,
      payees: ['Grocer'],
    });
    expect(confirmed(extract, [{ ...update, payeeName: 'Grocer' }]).size).toBe(0);
  });

  it('is not where another device made a transfer of it, which keeps the category', () => {
    const options = { ...OPTIONS, transfers: { savings: 'Checking' } };
    const extract = budget([{ ...AS_PROPOSED, payee: 'savings', category: 'food' }], options);
    expect(confirmed(extract, [update]).size).toBe(0);
  });

  it('is not where the payee is another one', () => {
    const extract = budget([{ ...AS_PROPOSED, category: 'food' }], OPTIONS);
    expect(confirmed(extract, [{ ...update, payeeName: 'Aldi' }]).size).toBe(0);
  });
});

describe('what is to be written, once the suggestions were read again,', () => {
  const extract = budget([AS_PROPOSED], OPTIONS);
  const judged = verdicts(extract, [approved()]);
  const refused = (one: Suggestion) => [{ kind: 'refused', suggestion: one, code: 'DECIDED_ANEW' }];

  it('is what is still approved just so', () => {
    const later = approved({ updatedAt: at(9) });
    expect(asDecidedNow(judged, [later])).toEqual([{ ...judged[0], suggestion: later }]);
  });

  it.each([
    ['is proposed anew', { revision: 2 }],
    ['has another payee', withPayee('Aldi')],
    ['was rejected', { status: 'rejected' }],
  ] as const)('is not what %s', (_what, more) => {
    const now = approved(more);
    expect(asDecidedNow(judged, [now])).toEqual(refused(now));
  });

  it('is not what is gone', () => {
    expect(asDecidedNow(judged, [])).toEqual(refused(approved()));
  });

  it('leaves what has come to its end without a write', () => {
    const done = verdicts(budget([{ ...AS_PROPOSED, category: 'food' }], OPTIONS), [approved()]);
    expect(done).toMatchObject([{ kind: 'done' }]);
    expect(asDecidedNow(done, [approved({ status: 'rejected' })])).toEqual(done);
  });
});
