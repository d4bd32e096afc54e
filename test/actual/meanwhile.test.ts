import { beforeEach, describe, expect, it } from 'vitest';
import { sparingWhatChanged } from '../../functions/actual/meanwhile.ts';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { transactionId } from '../../functions/domain/ids.ts';
import { type BudgetOptions, budget, type Entry } from '../suggest/budgets.ts';

/** What is left of a plan once the budget was looked at again. */

const TWO = [{ id: 'a', payee: 'Shop' }, { id: 'b' }] as const;
const KNOWN = { categories: ['food', 'fun'], payees: ['Other'] } as const;
const before = budget(TWO, KNOWN);
let syncs = 0;

beforeEach(() => {
  syncs = 0;
});

async function planned(ids: readonly string[], now: BudgetExtract): Promise<readonly string[]> {
  const updates = ids.map((id) => ({ transactionId: transactionId(id), categoryId: 'food' }));
  const library = {
    async sync() {
      syncs += 1;
    },
  };
  const plan = sparingWhatChanged(
    async () => updates,
    library,
    () => now,
  );
  return (await plan(before)).map((update) => update.transactionId);
}

const withFirst = (change: Entry, options: BudgetOptions = {}) =>
  budget([{ ...TWO[0], ...change }, TWO[1]], { ...KNOWN, ...options });

describe('a plan', () => {
  it.each<[string, BudgetExtract]>([
    ['has a category', withFirst({ category: 'fun' })],
    [
      'has a category, as one has that came in',
      budget([{ id: 'new', category: 'food' }, { ...TWO[0], category: 'fun' }, TWO[1]], KNOWN),
    ],
    ['has another payee', withFirst({ payee: 'Other' })],
    ['has another amount', withFirst({ amount: -5 })],
    ['was split', withFirst({ flags: ['splitParent'] })],
    ['is in another account', withFirst({ account: 'elsewhere' })],
    ['was reconciled', withFirst({ flags: ['reconciled'] })],
    ['is in an account that was closed', withFirst({}, { closed: ['Checking'] })],
    ['is in an account that was taken off the budget', withFirst({}, { offBudget: ['Checking'] })],
    ['is gone', budget([TWO[1]], KNOWN)],
  ])('leaves out a transaction that meanwhile %s', async (_what, now) => {
    expect(await planned(['a', 'b'], now)).not.toContain('a');
  });

  it.each<[string, BudgetExtract]>([
    ['hidden', withFirst({}, { hidden: ['food'] })],
    ['deleted', withFirst({}, { categories: ['fun'] })],
  ])('leaves out what would get a category that was %s', async (_what, now) => {
    expect(await planned(['a', 'b'], now)).toEqual([]);
  });

  it('keeps what did not change, whatever else came in', async () => {
    const now = budget([{ id: 'new', payee: 'Stranger' }, ...TWO], KNOWN);
    expect(await planned(['a', 'b'], now)).toEqual(['a', 'b']);
  });

  it('keeps all of it where nothing came in', async () => {
    expect(await planned(['a', 'b'], before)).toEqual(['a', 'b']);
    expect(syncs).toBe(1);
  });

  it('that wants nothing asks nobody', async () => {
    expect(await planned([], before)).toEqual([]);
    expect(syncs).toBe(0);
  });
});
