import { describe, expect, it } from 'vitest';
import { type BudgetExtract, TRANSACTION_FLAG } from '../../functions/domain/extract.ts';
import { ExtractError, encodeExtract, parseExtract } from '../../functions/domain/extract-codec.ts';
import { smallExtract } from './extracts.ts';

const small = smallExtract();
const ALL_FLAGS = Object.values(TRANSACTION_FLAG).reduce((sum, flag) => sum + flag, 0);

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

  it.each([
    ['has no schema', { schema: undefined }, 'The extract has no schema known here (1)'],
    ['has an older schema', { schema: 0 }, 'The extract has no schema known here (1)'],
    ['has a text for a schema', { schema: '2' }, 'The extract has no schema known here (1)'],
    ['has no categories', { categories: {} }, 'categories is not a list'],
    ['has no accounts', { accounts: null }, 'accounts is not a list'],
    ['has no payees', { payees: 'none' }, 'payees is not a list'],
    ['has no transactions', { transactions: null }, 'transactions is not an object'],
    ['has a text for them', { transactions: 'none' }, 'transactions is not an object'],
    ['has a list for them', { transactions: [] }, 'transactions is not an object'],
    ['lacks a column', { transactions: { id: [] } }, 'transactions.date is not a list'],
    ['has a category that is none', { categories: [7] }, 'categories[0] is not an object'],
    ['has an account that is none', { accounts: [null] }, 'accounts[0] is not an object'],
    ['has a payee that is none', { payees: [[]] }, 'payees[0] is not an object'],
  ])('says where it is damaged when it %s', (_what, change, message) => {
    const text = altered((extract) => Object.assign(extract, change));
    expect(() => parseExtract(text)).toThrow(new ExtractError(message));
  });

  it.each([
    ['categories', 'id', 'is not a text'],
    ['categories', 'name', 'is not a text'],
    ['categories', 'hidden', 'is neither true nor false'],
    ['categories', 'income', 'is neither true nor false'],
    ['accounts', 'id', 'is not a text'],
    ['accounts', 'name', 'is not a text'],
    ['accounts', 'offBudget', 'is neither true nor false'],
    ['accounts', 'closed', 'is neither true nor false'],
    ['payees', 'id', 'is not a text'],
    ['payees', 'name', 'is not a text'],
    ['payees', 'transferAccountId', 'is not a text'],
  ] as const)('says so when of its %s the %s is of another type', (table, field, complaint) => {
    const text = altered((extract) => {
      extract[table] = [{ ...small[table][0], [field]: 7 }];
    });
    const error = new ExtractError(`${table}[0].${field} ${complaint}`);
    expect(() => parseExtract(text)).toThrow(error);
  });

  it('is told apart from other errors by its name', () => {
    expect(new ExtractError('damaged').name).toBe('ExtractError');
  });

  it.each([
    ['the first and the last date there can be', 'date', [101, 99_991_231]],
    ['no flag and all of them', 'flags', [0, ALL_FLAGS]],
  ] as const)('takes %s', (_what, name, values) => {
    const text = withColumn(name, values);
    expect(parseExtract(text).transactions[name]).toEqual(values);
  });

  it.each([
    ['date', 100],
    ['date', 99_991_232],
    ['flags', ALL_FLAGS + 1],
    ['flags', -1],
  ] as const)('takes no %s %i', (name, value) => {
    const error = new ExtractError(`transactions.${name}[1] is not valid`);
    const first = { date: 101, flags: 0 }[name];
    expect(() => parseExtract(withColumn(name, [first, value]))).toThrow(error);
  });
});
