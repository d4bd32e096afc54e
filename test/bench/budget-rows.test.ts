import { describe, expect, it } from 'vitest';
import { extractOf, rowsOf, USUAL_SIZE } from '../../bench/budget/rows.ts';
import { encodeExtract, parseExtract } from '../../functions/domain/extract-codec.ts';
import { candidatesOf } from '../../functions/suggest/candidates.ts';

const usual = rowsOf();

describe('a budget that is made up', () => {
  it('has as many transactions, open ones and payees as asked for', () => {
    const { transactions, payees } = usual;
    expect({
      transactions: transactions.length,
      uncategorised: transactions.filter(({ category }) => category === null).length,
      payees: payees.length,
    }).toEqual(USUAL_SIZE);
  });

  it('keeps these in proportion when it is smaller', () => {
    const { transactions, payees } = rowsOf({ transactions: 1000 });
    const open = transactions.filter(({ category }) => category === null);
    expect([transactions.length, open.length, payees.length]).toEqual([1000, 100, 25]);
  });

  it('is the same for the same size', () => {
    expect(rowsOf({ transactions: 200 })).toEqual(rowsOf({ transactions: 200 }));
  });

  it('has ids and names of payees that do not come twice', () => {
    const { accounts, categories, payees, transactions } = usual;
    const ids = [...accounts, ...categories, ...payees, ...transactions].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(payees.map(({ name }) => name)).size).toBe(payees.length);
  });

  it('has payees that are mostly of one category, and some of many', () => {
    const chosen = new Map<number, Map<number, number>>();
    for (const { payee, category } of usual.transactions) {
      if (category === null) continue;
      const counts = chosen.get(payee) ?? new Map<number, number>();
      chosen.set(payee, counts.set(category, (counts.get(category) ?? 0) + 1));
    }
    const ofOne = [...chosen.values()].filter((counts) => counts.size === 1).length;
    expect(ofOne / chosen.size).toBeGreaterThan(0.7);
    expect(ofOne / chosen.size).toBeLessThan(0.95);
  });

  it('goes oldest first over years, with the newest without a category', () => {
    const dates = usual.transactions.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted());
    expect([dates[0]?.slice(0, 4), dates.at(-1)]).toEqual(['2019', '2026-06-30']);
    expect(usual.transactions.slice(-1600).every(({ category }) => category === null)).toBe(true);
  });

  it('cannot have more open transactions than transactions', () => {
    expect(() => rowsOf({ transactions: 1, uncategorised: 2 })).toThrow(RangeError);
  });

  it('has an extract that is read as one, with the open ones as candidates', () => {
    const extract = extractOf(usual);
    expect(parseExtract(encodeExtract(extract))).toEqual(extract);
    expect(candidatesOf(extract).open).toHaveLength(USUAL_SIZE.uncategorised);
  });
});
