import SQLite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { readExtract } from '../../functions/actual/extract.ts';
import { NONE, TRANSACTION_FLAG } from '../../functions/domain/extract.ts';
import { encodeExtract, parseExtract } from '../../functions/domain/extract-codec.ts';

/** A budget's database as far as an extract is read from it, with one good transaction and another one. */
function databaseWith(date: unknown, amount: unknown): SQLite.Database {
  const database = new SQLite(':memory:');
  database.exec(`
    CREATE TABLE categories (id, name, hidden, is_income, cat_group, tombstone);
    CREATE TABLE category_groups (id, hidden, tombstone, name);
    CREATE TABLE accounts (id, name, offbudget, closed, tombstone);
    CREATE TABLE payees (id, name, transfer_acct, tombstone);
    CREATE TABLE v_transactions_internal_alive (id, date INTEGER, account, payee, imported_payee, notes, amount INTEGER,
      category, is_parent, is_child, starting_balance_flag, reconciled, sort_order);
    INSERT INTO accounts VALUES ('bank', 'Bank', 0, 0, 0);
  `);
  const add = database.prepare(
    'INSERT INTO v_transactions_internal_alive (id, date, account, amount) VALUES (?, ?, ?, ?)',
  );
  add.run('good', 20260102, 'bank', -100);
  add.run('other', date, 'bank', amount);
  return database;
}

describe('an extract', () => {
  it.each([
    ['a day of the first year', 101, 1, ['other', 'good']],
    ['no day', 0, 1, ['good']],
    ['a day that was once a text', 'yesterday', 1, ['good']],
    ['a year of five digits', 202_450_105, 1, ['good']],
    ['an amount that no number holds', 20260103, 2 ** 60, ['good']],
    ['part of a cent', 20260103, 12.5, ['good', 'other']],
  ])('with %s can be read again as it was written', (_what, date, amount, ids) => {
    const database = databaseWith(date, amount);
    const extract = readExtract(database);
    database.close();
    expect(parseExtract(encodeExtract(extract))).toEqual(extract);
    expect(extract.transactions.id).toEqual(ids);
  });

  it.each([
    ['in sight', "INSERT INTO category_groups VALUES (1, 0, 0, 'Daily')", false],
    ['of a hidden group', "INSERT INTO category_groups VALUES (1, 1, 0, 'Daily')", true],
    ['of a deleted group', "INSERT INTO category_groups VALUES (1, 0, 1, 'Daily')", true],
    ['of a group that never came', '', true],
  ])('shows a category %s as Actual does', (_what, group, hidden) => {
    const database = databaseWith(20260103, 1);
    database.exec(`INSERT INTO categories VALUES ('food', 'Food', 0, 0, 1, 0); ${group}`);
    const { categories } = readExtract(database);
    database.close();
    expect(categories).toEqual([{ id: 'food', name: 'Food', hidden, income: false }]);
  });

  it('tells categories of one name apart by their groups, where Actual shows more than one of them', () => {
    const database = databaseWith(20260103, 1);
    database.exec(`
      INSERT INTO category_groups VALUES (1, 0, 0, 'Car'), (2, 0, 0, 'House'), (3, 1, 0, 'Boat');
      INSERT INTO categories VALUES
        ('a', 'Insurance', 0, 0, 1, 0), ('b', 'insurance ', 0, 0, 2, 0), ('c', 'Insurance', 0, 0, 3, 0),
        ('d', 'Repairs', 0, 0, 1, 0), ('e', 'Repairs', 1, 0, 2, 0), ('f', 'Repairs', 0, 0, 3, 0);
    `);
    const { categories } = readExtract(database);
    database.close();
    const names = [
      'Insurance (Car)',
      'insurance  (House)',
      'Insurance',
      'Repairs',
      'Repairs',
      'Repairs',
    ];
    expect(categories.map(({ name }) => name)).toEqual(names);
  });

  it('has nothing of an account that was deleted', () => {
    const database = databaseWith(20260103, 1);
    database.exec(`
      INSERT INTO accounts VALUES ('gone', 'Gone', 0, 0, 1);
      INSERT INTO payees VALUES ('to-bank', NULL, 'bank', 0), ('to-gone', NULL, 'gone', 0);
      UPDATE v_transactions_internal_alive SET account = 'gone' WHERE id = 'other';
      UPDATE v_transactions_internal_alive SET payee = 'to-gone' WHERE id = 'good';
    `);
    const { accounts, payees, transactions } = readExtract(database);
    database.close();
    expect(accounts.map(({ id }) => id)).toEqual(['bank']);
    expect(payees).toEqual([{ id: 'to-bank', name: 'Bank', transferAccountId: 'bank' }]);
    expect(transactions).toMatchObject({ id: ['good'], payee: [-1] });
  });

  it('has the oldest transaction first, and those of one day as Actual sorts them', () => {
    const database = databaseWith(20260102, 1);
    database.exec(`
      UPDATE v_transactions_internal_alive SET sort_order = CASE id WHEN 'good' THEN 2 ELSE 1 END;
      INSERT INTO v_transactions_internal_alive (id, date, account, amount) VALUES
        ('last', 20260103, 'bank', 1), ('first', 20250103, 'bank', 1);
    `);
    const { transactions } = readExtract(database);
    database.close();
    expect(transactions.id).toEqual(['first', 'other', 'good', 'last']);
  });

  it('has each field as Actual keeps it, and nothing that was deleted', () => {
    const database = databaseWith(20260103, 1);
    database.exec(`
      INSERT INTO accounts VALUES ('house', 'House', 1, 0, 0), ('shut', 'Shut', 0, 1, 0);
      INSERT INTO category_groups VALUES (1, 0, 0, 'Daily');
      INSERT INTO categories VALUES ('food', 'Food', 0, 0, 1, 0), ('gone', 'Gone', 0, 0, 1, 1), ('pay', 'Pay', 0, 1, 1, 0);
      INSERT INTO payees VALUES ('gone', 'Gone', NULL, 1), ('shop', 'Shop', NULL, 0), ('to-house', 'Once', 'house', 0);
      DELETE FROM v_transactions_internal_alive;
      INSERT INTO v_transactions_internal_alive VALUES
        ('a', 20260101, 'bank', 'shop', 'SHOP 1', 'bread', -100, 'pay', 1, 0, 0, 0, 1),
        ('b', 20260101, 'house', 'to-house', NULL, NULL, 7, NULL, 0, 1, 0, 0, 2),
        ('d', 20260102, 'shut', 'gone', 'SHOP 2', '', 0, 'gone', 0, 0, 1, 0, 3),
        ('c', 20260102, 'bank', NULL, '', 'milk', -2, 'food', 0, 0, 0, 1, 3);
    `);
    const extract = readExtract(database);
    database.close();
    expect(extract).toEqual({
      schema: 1,
      categories: [
        { id: 'food', name: 'Food', hidden: false, income: false },
        { id: 'pay', name: 'Pay', hidden: false, income: true },
      ],
      accounts: [
        { id: 'bank', name: 'Bank', offBudget: false, closed: false },
        { id: 'house', name: 'House', offBudget: true, closed: false },
        { id: 'shut', name: 'Shut', offBudget: false, closed: true },
      ],
      payees: [
        { id: 'shop', name: 'Shop', transferAccountId: null },
        { id: 'to-house', name: 'House', transferAccountId: 'house' },
      ],
      transactions: {
        id: ['a', 'b', 'c', 'd'],
        date: [20260101, 20260101, 20260102, 20260102],
        account: [0, 1, 0, 2],
        payee: [0, 1, NONE, NONE],
        importedPayee: ['SHOP 1', '', '', 'SHOP 2'],
        notes: ['bread', '', 'milk', ''],
        amount: [-100, 7, -2, 0],
        category: [1, NONE, 0, NONE],
        flags: [
          TRANSACTION_FLAG.splitParent,
          TRANSACTION_FLAG.splitChild,
          TRANSACTION_FLAG.reconciled,
          TRANSACTION_FLAG.startingBalance,
        ],
      },
    });
  });

  it('has a value for each that no device has ever sent, and texts and cents for whatever one has', () => {
    const database = databaseWith(20260103, 12.6);
    database.exec(`
      INSERT INTO accounts VALUES ('new', NULL, NULL, NULL, 0);
      INSERT INTO category_groups VALUES (1, NULL, 0, NULL);
      INSERT INTO categories VALUES ('food', NULL, NULL, NULL, 1, 0);
      INSERT INTO payees VALUES ('shop', NULL, NULL, 0);
      UPDATE v_transactions_internal_alive SET imported_payee = 42, notes = 7 WHERE id = 'other';
    `);
    const { accounts, categories, payees, transactions } = readExtract(database);
    database.close();
    expect(accounts[1]).toEqual({ id: 'new', name: '', offBudget: false, closed: false });
    expect(categories).toEqual([{ id: 'food', name: '', hidden: false, income: false }]);
    expect(payees).toEqual([{ id: 'shop', name: '', transferAccountId: null }]);
    expect(transactions).toMatchObject({
      importedPayee: ['', '42'],
      notes: ['', '7'],
      amount: [-100, 13],
      flags: [0, 0],
    });
  });
});
