import { describe, expect, it } from 'vitest';
import type { BudgetOptions, Entry } from '../suggest/budgets.ts';
import { AS_PROPOSED, OPTIONS, seen, verdict, withPayee } from './approved.ts';

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
