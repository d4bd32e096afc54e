import { describe, expect, it } from 'vitest';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { ExtractError, encodeExtract, parseExtract } from '../../functions/domain/extract-codec.ts';
import { smallExtract } from './extracts.ts';

const small = smallExtract();

function altered(change: (extract: Record<string, unknown>) => void): string {
  const copy: Record<string, unknown> = structuredClone({ ...small });
  change(copy);
  return JSON.stringify(copy);
}

function withColumn(name: keyof BudgetExtract['transactions'], values: readonly unknown[]): string {
  return altered((extract) => {
    extract.transactions = { ...small.transactions, [name]: values };
  });
}

describe('an extract as text', () => {
  it('is the same extract again when read back', () => {
    expect(parseExtract(encodeExtract(small))).toEqual(small);
  });

  it('may be that of an empty budget', () => {
    const empty: BudgetExtract = {
      schema: 1,
      categories: [],
      accounts: [],
      payees: [],
      transactions: {
        id: [],
        date: [],
        account: [],
        payee: [],
        importedPayee: [],
        notes: [],
        amount: [],
        category: [],
        flags: [],
      },
    };
    expect(parseExtract(encodeExtract(empty))).toEqual(empty);
  });

  it.each([
    ['is not JSON', '{"schema":', 'is not JSON'],
    ['is no object', '[]', 'extract is not an object'],
    ['is of a newer schema', altered((e) => Object.assign(e, { schema: 2 })), 'newer than 1'],
    ['has no schema', altered((e) => Object.assign(e, { schema: undefined })), 'no schema'],
    ['lacks a table', altered((e) => Object.assign(e, { payees: undefined })), 'payees is not'],
    ['lacks a column', withColumn('flags', []), 'flags has 0 entries, not 2'],
    ['has a longer column', withColumn('amount', [1, 2, 3]), 'amount has 3 entries, not 2'],
    ['points past the accounts', withColumn('account', [0, 1]), 'account[1]'],
    ['points past the payees', withColumn('payee', [-2, 0]), 'payee[0]'],
    ['points between categories', withColumn('category', [0.5, 0]), 'category[0]'],
    ['has no account', withColumn('account', [-1, 0]), 'account[0]'],
    ['has an amount that is no number', withColumn('amount', [1, '2']), 'amount[1]'],
    ['has a date that is none', withColumn('date', [20250101, 0]), 'date[1]'],
    ['has a flag nobody knows', withColumn('flags', [0, 16]), 'flags[1]'],
    ['has an id that is no text', withColumn('id', ['a', null]), 'id[1]'],
  ])('is refused when it %s', (_what, text, message) => {
    expect(() => parseExtract(text)).toThrow(ExtractError);
    expect(() => parseExtract(text)).toThrow(message);
  });
});
