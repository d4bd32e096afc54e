import '../../test/actual/own-connections.ts';

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as api from '@actual-app/api';
import SQLite from 'better-sqlite3';
import { type BudgetRows, type BudgetSize, rowsOf } from './rows.ts';

/** A process of its own: Actual's library keeps the budget that it made open, and its login. */

export interface BuildOrder {
  readonly serverUrl: string;
  readonly password: string;
  readonly work:
    | { readonly do: 'build'; readonly size: BudgetSize }
    /** Purchases in a budget that is there. */
    | { readonly do: 'add'; readonly syncId: string; readonly transactions: number };
}

type Library = Awaited<ReturnType<typeof api.init>>;

/** The budget's sync id, or what went wrong. */
export type BuildAnswer = { readonly syncId: string } | { readonly error: string };

async function carryOut({ serverUrl, password, work }: BuildOrder): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'budget-'));
  try {
    const library = await api.init({ dataDir, serverURL: serverUrl, password, verbose: false });
    return await (work.do === 'build' ? build(library, dataDir, work) : add(library, work));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * Puts a budget with these rows on the server. They are written into its database past the library, which takes minutes
 * for so many; the sync reset after it makes the file what all devices start from, as with any budget that was reset.
 */
async function build(
  library: Library,
  dataDir: string,
  { size }: { readonly size: BudgetSize },
): Promise<string> {
  await library.send('create-budget', { budgetName: 'Household', avoidUpload: true });
  const id = (await library.send('load-prefs'))?.id ?? '';
  await library.send('close-budget');
  writeRows(join(dataDir, id, 'db.sqlite'), rowsOf(size));
  await library.send('load-budget', { id });
  await library.send('upload-budget', {});
  const { error } = await library.send('sync-reset');
  if (error !== undefined) throw new Error(`The sync reset failed: ${error.reason}`);
  const prefs = await library.send('load-prefs');
  await library.send('close-budget');
  return prefs?.groupId ?? '';
}

async function add(
  library: Library,
  { syncId, transactions }: { readonly syncId: string; readonly transactions: number },
): Promise<string> {
  await api.downloadBudget(syncId);
  const [account] = await api.getAccounts();
  const [payee] = await api.getPayees();
  const added = Array.from({ length: transactions }, (_, index) => ({
    id: randomUUID(),
    account: account?.id ?? '',
    date: '2026-07-01',
    amount: -(100 + index),
    payee: payee?.id ?? null,
    imported_payee: `CORNER SHOP ${index}`,
    cleared: true,
  }));
  await library.send('transactions-batch-update', { added });
  await api.sync();
  await library.send('close-budget');
  return syncId;
}

function writeRows(path: string, rows: BudgetRows): void {
  const database = new SQLite(path, { fileMustExist: true });
  database.transaction(() => {
    writeAccountsAndPayees(database, rows);
    writeCategories(database, rows);
    writeTransactions(database, rows);
  })();
  database.close();
}

function writeAccountsAndPayees(database: SQLite.Database, { accounts, payees }: BudgetRows): void {
  const mapping = insertInto(database, 'payee_mapping', ['id', 'targetId']);
  const payee = insertInto(database, 'payees', ['id', 'name', 'transfer_acct']);
  const account = insertInto(database, 'accounts', ['id', 'name', 'sort_order']);
  for (const [index, { id, name }] of accounts.entries()) {
    account.run(id, name, index);
    const transfer = `transfer-${id}`;
    payee.run(transfer, '', id);
    mapping.run(transfer, transfer);
  }
  for (const { id, name } of payees) {
    payee.run(id, name, null);
    mapping.run(id, id);
  }
}

/** Only the budget's own: those that every new budget begins with go, but for income. */
function writeCategories(database: SQLite.Database, { categories }: BudgetRows): void {
  database.exec(`
    DELETE FROM category_mapping WHERE id IN (SELECT id FROM categories WHERE is_income = 0);
    DELETE FROM categories WHERE is_income = 0;
    DELETE FROM category_groups WHERE is_income = 0;`);
  const group = insertInto(database, 'category_groups', ['id', 'name', 'sort_order']);
  const names = [...new Set(categories.map((category) => category.group))];
  for (const [index, name] of names.entries()) group.run(`group-${name}`, name, index);
  const category = insertInto(database, 'categories', ['id', 'name', 'cat_group', 'sort_order']);
  const same = insertInto(database, 'category_mapping', ['id', 'transferId']);
  for (const [index, one] of categories.entries()) {
    category.run(one.id, one.name, `group-${one.group}`, index);
    same.run(one.id, one.id);
  }
}

function writeTransactions(database: SQLite.Database, rows: BudgetRows): void {
  const transaction = insertInto(database, 'transactions', [
    'id',
    'acct',
    'date',
    'amount',
    'description',
    'imported_description',
    'notes',
    'category',
    'sort_order',
    'cleared',
  ]);
  for (const [index, row] of rows.transactions.entries()) {
    transaction.run(
      row.id,
      rows.accounts[row.account]?.id,
      Number(row.date.replaceAll('-', '')),
      row.amount,
      rows.payees[row.payee]?.id,
      row.importedPayee === '' ? null : row.importedPayee,
      row.notes === '' ? null : row.notes,
      row.category === null ? null : rows.categories[row.category]?.id,
      index,
      1,
    );
  }
}

function insertInto(
  database: SQLite.Database,
  table: string,
  columns: readonly string[],
): SQLite.Statement<unknown[]> {
  const places = columns.map(() => '?').join(', ');
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`;
  return database.prepare<unknown[]>(sql);
}

process.on('disconnect', () => process.exit());
process.on('message', async (order: BuildOrder) => say({ syncId: await carryOut(order) }));
// Of whatever goes wrong, in the building or beside it.
process.on('uncaughtException', ({ stack = '' }) => say({ error: stack }));

function say(answer: BuildAnswer): void {
  process.send?.(answer);
}
