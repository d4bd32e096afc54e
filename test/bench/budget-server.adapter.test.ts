import { expect, it, vi } from 'vitest';
import { extractOf, rowsOf } from '../../bench/budget/rows.ts';
import { startBudgetServer } from '../../bench/budget/server.ts';
import { ActualBudgets } from '../../functions/actual/client.ts';
import { workerId } from '../../functions/domain/ids.ts';
import { MemorySession, settingsOf } from '../actual/memory-ports.ts';

const SIZE = { transactions: 300, uncategorised: 30, payees: 8 };

it('has the budget of the rows, as a device downloads it', async () => {
  // The library neither saves nor syncs when it believes to be under test itself.
  vi.stubEnv('NODE_ENV', 'production');
  const { url, password, budgetId, close } = await startBudgetServer(SIZE);
  try {
    const session = new MemorySession();
    const budgets = new ActualBudgets({
      settings: async () => settingsOf(url, { password }),
      tokens: session,
      logins: session,
      owner: workerId('worker'),
    });
    const { extract } = await budgets.fetch({ budgetId });
    expect(named(extract)).toEqual(named(extractOf(rowsOf(SIZE))));
  } finally {
    await close();
    vi.unstubAllEnvs();
  }
});

/** Payees, accounts and categories have places of their own in each extract. */
function named({ accounts, categories, payees, transactions }: ReturnType<typeof extractOf>) {
  const { account, category, payee, ...rest } = transactions;
  return {
    ...rest,
    account: account.map((place) => accounts[place]),
    category: category.map((place) => categories[place]),
    payee: payee.map((place) => payees[place]),
  };
}
