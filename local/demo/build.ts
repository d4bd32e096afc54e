import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as api from '@actual-app/api';
import { demoPurchases, type Purchase } from './purchases.ts';

/**
 * Builds the demo budget on an Actual server and prints its sync id: a process of its own, because Actual's library
 * keeps one budget in the whole of a process. The order comes on standard input, so that no password is on a
 * command line.
 */

interface Order {
  readonly serverUrl: string;
  readonly password: string;
  readonly today: string;
}

const BUDGET = 'Demo purchases';
const GROUP = 'Purchases';

const order: Order = JSON.parse(await text(process.stdin));
const folder = mkdtempSync(join(tmpdir(), 'demo-budget-'));
// The library talks on the console; the sync id is to be the only thing that is printed.
console.log = () => {};
try {
  await api.init({ dataDir: folder, serverURL: order.serverUrl, password: order.password });
  await api.runImport(BUDGET, () => fill(demoPurchases(order.today)));
  const budgets = await api.getBudgets();
  const syncId = budgets.find(({ name }) => name === BUDGET)?.groupId;
  if (syncId === undefined) throw new Error('The demo budget did not reach the server.');
  process.stdout.write(syncId);
  await api.shutdown();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function fill(purchases: readonly Purchase[]): Promise<void> {
  const categories = await createCategories(unique(purchases.map(({ category }) => category)));
  for (const account of unique(purchases.map((purchase) => purchase.account))) {
    const id = await api.createAccount({ name: account }, 0);
    const transactions = purchases
      .filter((purchase) => purchase.account === account)
      .map((purchase) => ({
        account: id,
        date: purchase.date,
        amount: purchase.amount,
        payee_name: purchase.payee,
        imported_payee: purchase.payee,
        ...(purchase.category === '' ? {} : { category: categories.get(purchase.category) ?? '' }),
      }));
    await api.addTransactions(id, transactions, { runTransfers: false, learnCategories: false });
  }
}

async function createCategories(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const groupId = await api.createCategoryGroup({ name: GROUP });
  const ids = new Map<string, string>();
  for (const name of names) {
    ids.set(name, await api.createCategory({ name, group_id: groupId }));
  }
  return ids;
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].filter((value) => value !== '');
}
