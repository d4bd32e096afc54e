import './own-connections.ts';

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as api from '@actual-app/api';

/** One thing that a person does with a budget. */
export type Change =
  | { readonly do: 'create'; readonly transactions: number; readonly dueSchedule?: boolean }
  | { readonly do: 'open'; readonly syncId: string; readonly password?: string }
  /** Purchases at a payee of its own; every third one has a category, the first one too. */
  | {
      readonly do: 'add';
      readonly transactions: number;
      readonly payee?: string;
      readonly notes?: string;
    }
  /** One transaction without a category. */
  | { readonly do: 'spend'; readonly payee: string }
  | { readonly do: 'encrypt'; readonly password: string }
  | { readonly do: 'reset' }
  | { readonly do: 'post-due' }
  /** A copy of the open budget with the same transactions, on the server under a sync id of its own; it is open then. */
  | { readonly do: 'duplicate' }
  /** `alone`: the other side of a transfer is left as it is, as it is by whoever does not know of the transfer yet. */
  | {
      readonly do: 'set';
      readonly transaction: string;
      readonly fields: Fields;
      readonly alone?: boolean;
    }
  | { readonly do: 'delete'; readonly transaction: string }
  | { readonly do: 'split'; readonly transaction: string }
  | { readonly do: 'merge'; readonly payee: string; readonly into: string }
  /** Turns a transaction into a transfer to another account. `alone`: without another side, as importers leave it. */
  | {
      readonly do: 'transfer';
      readonly transaction: string;
      readonly to: string;
      readonly alone?: boolean;
    }
  | { readonly do: 'hide-category'; readonly name: string }
  | { readonly do: 'hide-group'; readonly name: string }
  | { readonly do: 'delete-category'; readonly name: string }
  | { readonly do: 'close-account'; readonly name: string }
  /** New accounts, linked to those of a bank that the server reaches through SimpleFIN. */
  | {
      readonly do: 'link-bank';
      readonly accessKey: string;
      readonly accounts: readonly { readonly id: string; readonly name: string }[];
    }
  /** "Import file" of an exported budget; it is open then. */
  | { readonly do: 'import'; readonly file: string }
  /** Writes what a person sees of the open budget to a file, as JSON. */
  | { readonly do: 'write-down'; readonly file: string };

/** Fields of a transaction, by the names that a person sees. */
export interface Fields {
  readonly category?: string;
  readonly payee?: string;
  readonly amount?: number;
  readonly reconciled?: boolean;
}

/** What a person does on a device that has nothing of the budget yet. */
export interface Order {
  readonly serverUrl: string;
  readonly password: string;
  readonly changes: readonly Change[];
  /** How far the device's clock is ahead. */
  readonly aheadMinutes?: number;
}

/** The id of the budget that was open last, or what went wrong. */
export type Answer = { readonly syncId: string } | { readonly error: string };

type Lib = Awaited<ReturnType<typeof api.init>>;

const { now } = Date;

async function carryOut(order: Order): Promise<string> {
  Date.now = () => now() + (order.aheadMinutes ?? 0) * 60_000;
  const dataDir = await mkdtemp(join(tmpdir(), 'household-'));
  try {
    const lib = await api.init({
      dataDir,
      serverURL: order.serverUrl,
      password: order.password,
      verbose: false,
    });
    for (const change of order.changes) await apply(lib, change);
    await api.sync();
    const prefs = await lib.send('load-prefs');
    await lib.send('close-budget');
    return prefs?.groupId ?? '';
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function apply(lib: Lib, change: Change): Promise<void> {
  switch (change.do) {
    case 'create':
      await lib.send('create-budget', { budgetName: `Household ${Date.now()}`, avoidUpload: true });
      await furnish(lib, change.transactions);
      if (change.dueSchedule) await addDueSchedule();
      await done(lib.send('upload-budget', {}));
      await lib.send('save-prefs', { lastScheduleRun: new Date().toISOString().slice(0, 10) });
      return;
    case 'open':
      await api.downloadBudget(change.syncId, {
        ...(change.password ? { password: change.password } : {}),
      });
      return;
    case 'add':
      await buy(lib, change.transactions, change.payee, change.notes);
      return;
    case 'spend':
      await spend(change.payee);
      return;
    case 'encrypt':
      // It resets sync too: see below.
      await api.sync();
      await done(lib.send('key-make', { password: change.password }));
      return;
    case 'reset':
      // A sync of its own that is under way would meet the reset, and so would whoever waits for it.
      await api.sync();
      await done(lib.send('sync-reset'));
      return;
    case 'post-due':
      await lib.send('schedule/force-run-service');
      return;
    case 'duplicate':
      await duplicate(lib);
      return;
    case 'set':
      await set(lib, change);
      return;
    case 'delete':
      await api.deleteTransaction(change.transaction);
      return;
    case 'split':
      await split(lib, change.transaction);
      return;
    case 'merge':
      await api.mergePayees(await payeeId(change.into), [await payeeId(change.payee)]);
      return;
    case 'transfer':
      await transfer(lib, change);
      return;
    case 'hide-group':
      await hideGroup(change.name);
      return;
    case 'hide-category':
      await hideCategory(change.name);
      return;
    case 'delete-category':
      await api.deleteCategory(await categoryId(change.name));
      return;
    case 'close-account':
      await api.closeAccount(await accountId(change.name), await accountId('Savings'));
      return;
    case 'import':
      await importFile(lib, change.file);
      return;
    case 'link-bank':
      await linkBank(lib, change);
      return;
    case 'write-down':
      await writeFile(change.file, JSON.stringify(await everything(lib)));
      return;
  }
}

/** The library answers with what went wrong where others throw. */
async function done(sent: Promise<{ readonly error?: { readonly reason?: string } | undefined }>) {
  const { error } = await sent;
  if (error !== undefined) throw new Error(error.reason ?? 'failed');
}

async function furnish(lib: Lib, transactions: number): Promise<void> {
  const savings = await api.createAccount({ name: 'Savings', offbudget: false }, 0);
  const checking = await api.createAccount({ name: 'Checking', offbudget: false }, 100_000);
  await api.createAccount({ name: 'House', offbudget: true }, 0);
  const group = await api.createCategoryGroup({ name: 'Daily' });
  const food = await api.createCategory({ name: 'Food at home', group_id: group });
  await buy(lib, transactions);
  const payees = await api.getPayees();
  const toSavings = payees.find((payee) => payee.transfer_acct === savings);
  await api.addTransactions(
    checking,
    [
      { date: '2026-01-02', amount: -5000, ...(toSavings ? { payee: toSavings.id } : {}) },
      {
        date: '2026-01-03',
        amount: -3000,
        payee_name: 'Split Shop',
        subtransactions: [
          { amount: -1000, category: food },
          { amount: -2000, notes: 'the rest' },
        ],
      },
      { date: '2026-01-04', amount: -700, payee_name: 'Deleted Shop' },
    ],
    { runTransfers: true },
  );
  const all = await api.getTransactions(checking, '2026-01-04', '2026-01-04');
  const gone = all.find((transaction) => transaction.amount === -700);
  if (gone) await api.deleteTransaction(gone.id);
}

async function buy(
  lib: Lib,
  count: number,
  shop = 'Canary Grocer',
  notes = 'weekly',
): Promise<void> {
  if (count === 0) return;
  const [account] = (await api.getAccounts()).filter(({ name }) => name === 'Checking');
  const categories = await api.getCategories();
  const food = categories.find(({ name }) => name === 'Food at home');
  if (account === undefined) throw new Error('No account');
  const payee = await api.createPayee({ name: `${shop} ${Date.now()}` });
  const added = Array.from({ length: count }, (_, index) => ({
    id: crypto.randomUUID(),
    account: account.id,
    date: `2025-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`,
    amount: -(100 + index),
    payee,
    imported_payee: `${shop.toUpperCase()} ${index}`,
    ...(index % 7 === 0 ? { notes } : {}),
    ...(index % 3 === 0 && food ? { category: food.id } : {}),
    cleared: true,
  }));
  await lib.send('transactions-batch-update', { added });
}

async function spend(payee: string): Promise<void> {
  const checking = (await api.getAccounts()).find(({ name }) => name === 'Checking');
  if (checking === undefined) throw new Error('No account');
  await api.addTransactions(checking.id, [
    { date: '2026-02-01', amount: -4500, payee_name: payee },
  ]);
}

async function duplicate(lib: Lib): Promise<void> {
  const prefs = await lib.send('load-prefs');
  await lib.send('duplicate-budget', {
    id: prefs?.id ?? '',
    newName: `Twin ${Date.now()}`,
    cloudSync: true,
    open: 'copy',
  });
}

async function linkBank(
  lib: Lib,
  { accessKey, accounts }: Extract<Change, { readonly do: 'link-bank' }>,
): Promise<void> {
  await lib.send('secret-set', { name: 'simplefin_accessKey', value: accessKey });
  for (const { id, name } of accounts) {
    await lib.send('simplefin-accounts-link', {
      externalAccount: {
        account_id: id,
        name,
        institution: 'Bank',
        orgDomain: 'bank.example',
        orgId: 'bank',
        balance: 0,
      },
    });
  }
}

/** Names instead of ids where two budgets may have made the same thing apart from each other. */
async function everything(lib: Lib) {
  const [accounts, payees, categories, rules] = await Promise.all([
    api.getAccounts(),
    api.getPayees(),
    api.getCategories(),
    lib.send('rules-get'),
  ]);
  const nameOf = (items: readonly { id: string; name: string }[], id: unknown) =>
    items.find((item) => item.id === id)?.name ?? null;
  const transactions = await Promise.all(
    accounts.map(({ id }) => api.getTransactions(id, '2000-01-01', '2100-01-01')),
  );
  const named = <One extends { account?: unknown; payee?: unknown; category?: unknown }>(
    transaction: One,
  ) => ({
    ...transaction,
    account: nameOf(accounts, transaction.account),
    payee: nameOf(payees, transaction.payee),
    category: nameOf(categories, transaction.category),
  });
  const seen = transactions.flat().map((transaction) => ({
    ...named(transaction),
    subtransactions: (transaction.subtransactions ?? []).map(named),
  }));
  return {
    transactions: seen.sort((a, b) => (a.id < b.id ? -1 : 1)),
    payees: payees.map(({ name }) => name).sort(),
    categories: categories.map(({ name }) => name).sort(),
    rules: rules.length,
    balances: await Promise.all(
      accounts.map(async ({ id, name }) => [name, await api.getAccountBalance(id)]),
    ),
  };
}

async function importFile(lib: Lib, filepath: string): Promise<void> {
  const { error } = await lib.send('import-budget', { filepath, type: 'actual' });
  if (error) throw new Error(`Actual would not import it: ${error}`);
}

async function set(
  lib: Lib,
  { transaction: id, fields, alone = false }: Extract<Change, { readonly do: 'set' }>,
): Promise<void> {
  const { category, payee, amount, reconciled } = fields;
  const updated = {
    id,
    ...(category === undefined ? {} : { category: await categoryId(category) }),
    ...(payee === undefined ? {} : { payee: await payeeId(payee) }),
    ...(amount === undefined ? {} : { amount }),
    ...(reconciled === undefined ? {} : { reconciled }),
  };
  await lib.send('transactions-batch-update', { updated: [updated], runTransfers: !alone });
}

async function split(lib: Lib, id: string): Promise<void> {
  const [account] = (await api.getAccounts()).filter(({ name }) => name === 'Checking');
  const all = await api.getTransactions(account?.id ?? '', '2020-01-01', '2030-01-01');
  const parent = all.find((transaction) => transaction.id === id);
  if (parent === undefined) throw new Error('No such transaction');
  const { amount, date } = parent;
  const part = { is_child: true, parent_id: id, account: account?.id ?? '', date };
  await lib.send('transactions-batch-update', {
    updated: [{ id, is_parent: true }],
    added: [
      { id: `${id}/1`, ...part, amount: Math.trunc(amount / 2) },
      { id: `${id}/2`, ...part, amount: amount - Math.trunc(amount / 2) },
    ],
  });
}

async function transfer(
  lib: Lib,
  { transaction: id, to, alone = false }: Extract<Change, { readonly do: 'transfer' }>,
): Promise<void> {
  const account = await accountId(to);
  const behind = (await api.getPayees()).find((payee) => payee.transfer_acct === account);
  const payee = behind?.id ?? fail(`payee of ${to}`);
  await lib.send('transactions-batch-update', {
    updated: [{ id, payee }],
    runTransfers: !alone,
  });
}

async function hideGroup(name: string): Promise<void> {
  const groups = await api.getCategoryGroups();
  const group = groups.find((one) => one.name === name) ?? fail(`group ${name}`);
  await api.updateCategoryGroup(group.id, { name, hidden: true });
}

async function hideCategory(name: string): Promise<void> {
  const category = (await api.getCategories()).find((one) => one.name === name);
  if (category === undefined) fail(`category ${name}`);
  await api.updateCategory(category.id, { ...category, hidden: true });
}

async function categoryId(name: string): Promise<string> {
  const found = (await api.getCategories()).find((category) => category.name === name);
  return found?.id ?? fail(`category ${name}`);
}

async function accountId(name: string): Promise<string> {
  const found = (await api.getAccounts()).find((account) => account.name === name);
  return found?.id ?? fail(`account ${name}`);
}

/** Made where there is none, as Actual does when a person types a new name. */
async function payeeId(name: string): Promise<string> {
  const found = (await api.getPayees()).find((payee) => payee.name === name);
  return found?.id ?? api.createPayee({ name });
}

function fail(what: string): never {
  throw new Error(`There is no ${what}`);
}

async function addDueSchedule(): Promise<void> {
  const [account] = await api.getAccounts();
  const payee = await api.createPayee({ name: 'Landlord' });
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await api.createSchedule({
    name: 'Rent',
    posts_transaction: true,
    account: account?.id ?? '',
    payee,
    amount: -90_000,
    amountOp: 'is',
    date: yesterday,
  });
}

process.on('disconnect', () => process.exit());
process.on('message', async (order: Order) => say({ syncId: await carryOut(order) }));
// Of whatever goes wrong, in an order or beside it; the library's sentences alone hide why a sync failed.
process.on('uncaughtException', (error) =>
  say({ error: [Reflect.get(error, 'code'), error.stack].join(' ').trim() }),
);

function say(answer: Answer): void {
  process.send?.(answer);
}
