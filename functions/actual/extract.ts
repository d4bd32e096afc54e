import { createHash } from 'node:crypto';
import {
  type BudgetExtract,
  DATES,
  type ExtractAccount,
  type ExtractCategory,
  type ExtractPayee,
  NONE,
  TRANSACTION_FLAG,
} from '../domain/extract.ts';
import { folded } from '../domain/text.ts';
import type { BudgetDatabase } from './database.ts';

/**
 * Reads the extract from a budget's database, be it open or closed, in four queries. The view is the library's own: it leaves out
 * what is deleted, parts of deleted splits too, and follows merged payees and categories.
 */
export function readExtract(database: BudgetDatabase): BudgetExtract {
  const categories = readCategories(database);
  const accounts = rows(database, ACCOUNTS).map(
    ([id, name, offBudget, closed]): ExtractAccount => ({
      id: text(id),
      name: text(name),
      offBudget: offBudget === 1,
      closed: closed === 1,
    }),
  );
  const payees = rows(database, PAYEES).map(
    ([id, name, account]): ExtractPayee => ({
      id: text(id),
      name: text(name),
      transferAccountId: account === null ? null : text(account),
    }),
  );
  const transactions = readTransactions(database, {
    categories: places(categories),
    accounts: places(accounts),
    payees: places(payees),
  });
  return { schema: 1, categories, accounts, payees, transactions };
}

/** One whose group is gone counts as hidden: it was moved there while another device deleted the group, and Actual lists it nowhere. */
const CATEGORIES = `
  SELECT c.id, IFNULL(c.name, ''),
    MAX(IFNULL(c.hidden, 0), IFNULL(g.hidden, 0), IFNULL(g.tombstone, 1)) != 0, IFNULL(c.is_income, 0) != 0,
    IFNULL(g.name, '')
  FROM categories c LEFT JOIN category_groups g ON g.id = c.cat_group
  WHERE c.tombstone = 0 ORDER BY c.id`;

const ACCOUNTS = `
  SELECT id, IFNULL(name, ''), IFNULL(offbudget, 0) != 0, IFNULL(closed, 0) != 0
  FROM accounts WHERE tombstone = 0 ORDER BY id`;

/** The payee of a transfer is named after the account behind it. */
const PAYEES = `
  SELECT p.id, COALESCE(a.name, p.name, ''), p.transfer_acct
  FROM payees p LEFT JOIN accounts a ON a.id = p.transfer_acct AND a.tombstone = 0
  WHERE p.tombstone = 0 AND (p.transfer_acct IS NULL OR a.id IS NOT NULL) ORDER BY p.id`;

/**
 * Types are cast, because a column of SQLite takes whatever another device has sent. What is no date or amount then is left
 * out: an extract that had it could be written, and read no more.
 */
const TRANSACTIONS = `
  SELECT t.id, CAST(t.date AS INTEGER), t.account, t.payee,
    CAST(IFNULL(t.imported_payee, '') AS TEXT), CAST(IFNULL(t.notes, '') AS TEXT),
    CAST(ROUND(t.amount) AS INTEGER), t.category,
    (IFNULL(t.is_parent, 0) != 0) * ${TRANSACTION_FLAG.splitParent}
      + (IFNULL(t.is_child, 0) != 0) * ${TRANSACTION_FLAG.splitChild}
      + (IFNULL(t.starting_balance_flag, 0) != 0) * ${TRANSACTION_FLAG.startingBalance}
      + (IFNULL(t.reconciled, 0) != 0) * ${TRANSACTION_FLAG.reconciled}
  FROM v_transactions_internal_alive t
  WHERE t.account IN (SELECT id FROM accounts WHERE tombstone = 0)
    AND CAST(t.date AS INTEGER) BETWEEN ${DATES.first} AND ${DATES.last}
    AND CAST(ROUND(t.amount) AS INTEGER) BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}
  ORDER BY t.date, t.sort_order, t.id`;

const QUERIES = [CATEGORIES, ACCOUNTS, PAYEES, TRANSACTIONS];

/**
 * Looks whether all that an extract is read from is there. A database that lacks some of it leaves the library in a
 * state that it does not get out of.
 *
 * @throws SQLite's own error when something is missing.
 */
export function checkTables(database: BudgetDatabase): void {
  for (const sql of QUERIES) database.prepare(sql);
}

/**
 * Tells extracts apart that were read in other ways, by the queries: a change of the code around them that makes another extract of the
 * same rows has to change a query too, or what was kept goes on being used for as long as a budget has no news.
 */
export const EXTRACT_VERSION: string = createHash('sha256')
  .update(QUERIES.join())
  .digest('hex')
  .slice(0, 8);

/** Several groups may have a category of one name: those that Actual shows get the name of their group too, or nobody could tell them apart. */
function readCategories(database: BudgetDatabase): readonly ExtractCategory[] {
  const found = rows(database, CATEGORIES).map(([id, name, hidden, income, group]) => ({
    category: { id: text(id), name: text(name), hidden: hidden === 1, income: income === 1 },
    group: text(group),
  }));
  const shown = new Map<string, number>();
  for (const { category } of found) {
    const name = folded(category.name);
    if (!category.hidden) shown.set(name, (shown.get(name) ?? 0) + 1);
  }
  return found.map(({ category, group }) => {
    const { name, hidden } = category;
    const isAlone = hidden || group === '' || shown.get(folded(name)) === 1;
    return isAlone ? category : { ...category, name: `${name} (${group})` };
  });
}

type Places = ReadonlyMap<unknown, number>;

interface AllPlaces {
  readonly categories: Places;
  readonly accounts: Places;
  readonly payees: Places;
}

function readTransactions(
  database: BudgetDatabase,
  known: AllPlaces,
): BudgetExtract['transactions'] {
  const id: string[] = [];
  const date: number[] = [];
  const account: number[] = [];
  const payee: number[] = [];
  const importedPayee: string[] = [];
  const notes: string[] = [];
  const amount: number[] = [];
  const category: number[] = [];
  const flags: number[] = [];
  // One at a time: all of them would be most of what reading takes of the memory.
  for (const row of database.prepare<[], unknown[]>(TRANSACTIONS).raw().iterate()) {
    id.push(text(row[0]));
    date.push(number(row[1]));
    account.push(known.accounts.get(row[2]) ?? 0);
    payee.push(known.payees.get(row[3]) ?? NONE);
    importedPayee.push(text(row[4]));
    notes.push(text(row[5]));
    amount.push(number(row[6]));
    category.push(known.categories.get(row[7]) ?? NONE);
    flags.push(number(row[8]));
  }
  return { id, date, account, payee, importedPayee, notes, amount, category, flags };
}

function rows(database: BudgetDatabase, sql: string): readonly (readonly unknown[])[] {
  const found: unknown[] = database.prepare(sql).raw().all();
  return found.filter((row): row is unknown[] => Array.isArray(row));
}

function places(items: readonly { readonly id: string }[]): Places {
  return new Map(items.map(({ id }, index) => [id, index]));
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('A text of the budget is none');
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('A number of the budget is none');
  return value;
}
