import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { removeDataFolder } from '../../functions/actual/data-folder.ts';
import { type Library, loadLibrary } from '../../functions/actual/library.ts';
import { type ReadingContext, readBudget } from '../../functions/actual/reading.ts';
import { settingsOf } from './memory-ports.ts';

/** What is made of a library that says what Actual's says in no state that a test can bring about with a real server. */

const HOME = 'home';
const OPEN = {
  id: 'Home-1',
  groupId: HOME,
  cloudFileId: 'file',
  keyId: null,
  lastSynced: '2026-01-01T00:00:00.000Z-0000-0000000000000000',
  metadata: { id: 'Home-1', groupId: HOME },
};

afterEach(() => removeDataFolder());

const refused = async () => {
  throw new Error('The library could not say');
};

/** What a first attempt left behind, which ended as the server did not take its session token. */
const BEFORE = Object.assign(new Error('Escaped before'), { code: 'clock-drift' });

async function contextWith(says: Partial<Library>): Promise<ReadingContext> {
  const library = {
    ...(await loadLibrary()),
    start: async () => {},
    useToken: async () => {},
    downloadBudget: async () => {},
    ...says,
  };
  return {
    library,
    settings: settingsOf('http://127.0.0.1:1'),
    request: { budgetId: HOME, cloudFileId: 'file' },
    token: 'session',
    seen: { signals: new Set(), escaped: [BEFORE] },
    close: async () => true,
    end: async () => {},
  };
}

it.each([
  ['another one', { ...OPEN, groupId: 'another' }],
  ['one that the server does not have', { ...OPEN, cloudFileId: undefined }],
  ['none', null],
])('a budget is not taken for opened where the library has %s open', async (_what, open) => {
  const context = await contextWith({ openBudget: async () => open });
  await expect(readBudget(context)).rejects.toMatchObject({ name: 'BUDGET_CORRUPT' });
});

describe('a failure is told as what it is, though the library fails where it is asked for more', () => {
  it.each([
    ['budget-not-found', 'BUDGET_NOT_FOUND', { remoteFiles: refused }],
    ['out-of-sync-data', 'VERSION_MISMATCH', { serverVersion: refused }],
    ['whatever-is-new', 'UNKNOWN', {}],
  ])('%s', async (code, name, says) => {
    const downloadBudget = async () => {
      throw Object.assign(new Error('The library says no more'), { code });
    };
    const context = await contextWith({ downloadBudget, ...says });
    await expect(readBudget(context)).rejects.toMatchObject({ name });
  });
});

describe('a change of the open budget', () => {
  /** A budget as far as an extract is read from it, with a root over its changes. */
  const TABLES = `
    CREATE TABLE categories (id, name, hidden, is_income, cat_group, tombstone);
    CREATE TABLE category_groups (id, hidden, tombstone, name);
    CREATE TABLE accounts (id, name, offbudget, closed, tombstone);
    CREATE TABLE payees (id, name, transfer_acct, tombstone);
    CREATE TABLE v_transactions_internal_alive (id, date, account, payee, imported_payee, notes, amount, category, is_parent,
      is_child, starting_balance_flag, reconciled, sort_order);
    CREATE TABLE messages_clock (clock);`;
  const ACCOUNT = `INSERT INTO accounts VALUES ('bank', 'Bank', 0, 0, 0)`;

  const has = (hash: number | undefined) =>
    hash === undefined ? '' : JSON.stringify({ timestamp: OPEN.lastSynced, merkle: { hash } });

  it.each([
    ['anew where there are new changes', 1, 2, ['bank']],
    ['anew where the budget does not say whether there are', undefined, undefined, ['bank']],
    ['once where there are none: a large budget takes seconds', 1, 1, []],
  ])('reads it %s', async (_what, before, after, accounts) => {
    let path = '';
    const write = (sql: string) => {
      const database = new SQLite(path);
      database.exec(sql);
      database.close();
    };
    const context = await contextWith({
      start: async ({ dataDir }) => {
        path = join(dataDir, OPEN.id, 'db.sqlite');
      },
      downloadBudget: async () => {
        await mkdir(dirname(path));
        write(`${TABLES} INSERT INTO messages_clock VALUES ('${has(before)}')`);
      },
      openBudget: async () => OPEN,
    });
    let seen: readonly string[] | undefined;
    await readBudget({
      ...context,
      change: async (_library, extract) => {
        expect(extract().accounts).toEqual([]);
        write(`UPDATE messages_clock SET clock = '${has(after)}'; ${ACCOUNT}`);
        seen = extract().accounts.map(({ id }) => id);
      },
    });
    expect(seen).toEqual(accounts);
  });
});
