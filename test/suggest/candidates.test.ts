import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../functions/suggest/candidates.ts';
import { type BudgetOptions, budget, type Entry } from './budgets.ts';

const isOpen = (entry: Entry, options?: BudgetOptions) =>
  candidatesOf(budget([entry], options)).open.length === 1;
const isPast = (entry: Entry, options?: BudgetOptions) =>
  candidatesOf(budget([entry], options)).past.length === 1;

describe('a proposal is made for', () => {
  it('a transaction without a category', () => {
    expect(isOpen({ payee: 'Lidl' })).toBe(true);
  });

  it('one without a payee', () => {
    expect(isOpen({})).toBe(true);
  });

  it('a part of a split', () => {
    expect(isOpen({ flags: ['splitChild'] })).toBe(true);
  });

  it('a reconciled one', () => {
    expect(isOpen({ flags: ['reconciled'] })).toBe(true);
  });

  it('a transfer out of the budget', () => {
    const options = { offBudget: ['House'], transfers: { 'to House': 'House' } };
    expect(isOpen({ payee: 'to House' }, options)).toBe(true);
  });
});

describe('no proposal is made for', () => {
  it.each<[string, Entry, BudgetOptions?]>([
    ['a transaction with a category', { category: 'Food' }],
    ['one with a hidden category', { category: 'Food' }, { hidden: ['Food'] }],
    ['the parent of a split', { flags: ['splitParent'] }],
    ['a starting balance', { flags: ['startingBalance'] }],
    ['one whose id could not be named', { id: 'a'.repeat(101) }],
    ['a closed account', { account: 'Old' }, { closed: ['Old'] }],
    ['an account off the budget', { account: 'House' }, { offBudget: ['House'] }],
    [
      'a transfer between accounts on the budget',
      { payee: 'to Savings' },
      { closed: ['Savings'], transfers: { 'to Savings': 'Savings' } },
    ],
    [
      'a transfer to an account that is gone',
      { payee: 'to Gone' },
      { transfers: { 'to Gone': 'Gone' } },
    ],
  ])('%s', (_what, entry, options) => {
    expect(isOpen(entry, options)).toBe(false);
  });
});

describe('something is learnt from', () => {
  it('a transaction with a category', () => {
    expect(isPast({ category: 'Food' })).toBe(true);
  });

  it('one in a closed account', () => {
    expect(isPast({ account: 'Old', category: 'Food' }, { closed: ['Old'] })).toBe(true);
  });
});

describe('nothing is learnt from', () => {
  it.each<[string, Entry, BudgetOptions?]>([
    ['a transaction without a category', {}],
    ['a hidden category', { category: 'Food' }, { hidden: ['Food'] }],
    ['an account off the budget', { account: 'House', category: 'Food' }, { offBudget: ['House'] }],
    ['a starting balance', { category: 'Food', flags: ['startingBalance'] }],
    ['the parent of a split', { category: 'Food', flags: ['splitParent'] }],
  ])('%s', (_what, entry, options) => {
    expect(isPast(entry, options)).toBe(false);
  });
});

it('an empty budget has no candidates', () => {
  expect(candidatesOf(budget([]))).toEqual({ open: [], past: [], moved: [] });
});
