import { describe, expect, it } from 'vitest';
import { asDecidedNow, confirmed, verdicts } from '../../functions/domain/applying.ts';
import { transactionId } from '../../functions/domain/ids.ts';
import type { RefusalCode } from '../../functions/domain/refusals.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { type BudgetOptions, budget, type Entry } from '../suggest/budgets.ts';
import { AS_PROPOSED, approved, ID, OPTIONS, seen, verdict, withPayee } from './approved.ts';
import { at } from './builders.ts';

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
