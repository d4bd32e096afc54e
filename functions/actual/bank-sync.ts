import type { BankRefusal, BankSyncReport } from '../domain/bank-refusals.ts';
import type { Library } from './library.ts';

/**
 * Runs Actual's own bank sync on the open budget, account by account, and sends what came in to the server. A bank that
 * refuses does not keep the others from it.
 *
 * @param beforeChange called once, before the first account: even a refusal is written into the budget.
 */
export async function syncBanks(
  library: Library,
  beforeChange: () => Promise<void>,
): Promise<BankSyncReport> {
  const accounts = await library.linkedAccounts();
  if (accounts.length === 0) return { linked: 0, refusals: [] };
  await beforeChange();
  const refusals: BankRefusal[] = [];
  for (const account of accounts) refusals.push(...(await library.syncBank(account)));
  await library.sync();
  return { linked: accounts.length, refusals };
}
