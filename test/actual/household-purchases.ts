import * as api from '@actual-app/api';
import type { Change } from './household-changes.ts';
import { accountId, categoryId, fail, type Lib, payeeId } from './household-names.ts';

/** What a person does with transactions, in the budget that is open. */

/** Three accounts, a category, purchases, a transfer, a split and a deleted one. */
export async function furnish(lib: Lib, transactions: number): Promise<void> {
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

export async function buy(
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

export async function spend(payee: string): Promise<void> {
  const checking = (await api.getAccounts()).find(({ name }) => name === 'Checking');
  if (checking === undefined) throw new Error('No account');
  await api.addTransactions(checking.id, [
    { date: '2026-02-01', amount: -4500, payee_name: payee },
  ]);
}

export async function set(
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

export async function split(lib: Lib, id: string): Promise<void> {
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

export async function transfer(
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

export async function addDueSchedule(): Promise<void> {
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
