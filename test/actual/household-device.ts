import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as api from '@actual-app/api';

/** One thing that a person does with a budget. */
export type Change =
  | { readonly do: 'create'; readonly transactions: number; readonly dueSchedule?: boolean }
  | { readonly do: 'open'; readonly syncId: string; readonly password?: string }
  | { readonly do: 'add'; readonly transactions: number }
  | { readonly do: 'encrypt'; readonly password: string }
  | { readonly do: 'reset' }
  | { readonly do: 'post-due' };

interface Order {
  readonly serverUrl: string;
  readonly password: string;
  readonly changes: readonly Change[];
}

type Lib = Awaited<ReturnType<typeof api.init>>;

async function carryOut(order: Order): Promise<string> {
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
      await lib.send('upload-budget', {});
      await lib.send('save-prefs', { lastScheduleRun: new Date().toISOString().slice(0, 10) });
      return;
    case 'open':
      await api.downloadBudget(change.syncId, {
        ...(change.password ? { password: change.password } : {}),
      });
      return;
    case 'add':
      await buy(lib, change.transactions);
      return;
    case 'encrypt':
      await lib.send('key-make', { password: change.password });
      return;
    case 'reset':
      await lib.send('sync-reset');
      return;
    case 'post-due':
      await lib.send('schedule/force-run-service');
      return;
  }
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

async function buy(lib: Lib, count: number): Promise<void> {
  if (count === 0) return;
  const [account] = (await api.getAccounts()).filter(({ name }) => name === 'Checking');
  const categories = await api.getCategories();
  const food = categories.find(({ name }) => name === 'Food at home');
  if (account === undefined) throw new Error('No account');
  const payee = await api.createPayee({ name: `Canary Grocer ${Date.now()}` });
  const added = Array.from({ length: count }, (_, index) => ({
    id: crypto.randomUUID(),
    account: account.id,
    date: `2025-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`,
    amount: -(100 + index),
    payee,
    imported_payee: `CANARY GROCER ${index}`,
    ...(index % 7 === 0 ? { notes: 'weekly' } : {}),
    ...(index % 3 === 0 && food ? { category: food.id } : {}),
    cleared: true,
  }));
  await lib.send('transactions-batch-update', { added });
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

const order: Order = JSON.parse(process.argv[2] ?? '{}');
process.stdout.write(`\n${await carryOut(order)}\n`, () => process.exit(0));
