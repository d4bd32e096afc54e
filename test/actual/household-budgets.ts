import * as api from '@actual-app/api';
import * as z from 'zod';
import type { Change } from './household-changes.ts';
import { fail, type Lib } from './household-names.ts';

/** What a person does with a budget as a whole, and sees of it. */

export async function duplicate(lib: Lib): Promise<void> {
  const prefs = await lib.send('load-prefs');
  await lib.send('duplicate-budget', {
    id: prefs?.id ?? '',
    newName: `Twin ${Date.now()}`,
    cloudSync: true,
    open: 'copy',
  });
}

export async function linkBank(
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
export async function everything(lib: Lib) {
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
    uncategorised: await uncategorised(),
    balances: await Promise.all(
      accounts.map(async ({ id, name }) => [name, await api.getAccountBalance(id)]),
    ),
  };
}

const Ids = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Ids of what Actual's app counts as uncategorised: by the query that its list of these is made of. */
async function uncategorised(): Promise<readonly string[]> {
  const query = api.q('transactions').filter({
    'account.offbudget': false,
    category: null,
    is_parent: false,
    $or: [{ 'payee.transfer_acct.offbudget': true, 'payee.transfer_acct': null }],
  });
  const { data } = Ids.parse(await api.aqlQuery(query.select('id')));
  return data.map(({ id }) => id).sort();
}

export async function importFile(lib: Lib, filepath: string): Promise<void> {
  const { error } = await lib.send('import-budget', { filepath, type: 'actual' });
  if (error) throw new Error(`Actual would not import it: ${error}`);
}

export async function hideGroup(name: string): Promise<void> {
  const groups = await api.getCategoryGroups();
  const group = groups.find((one) => one.name === name) ?? fail(`group ${name}`);
  await api.updateCategoryGroup(group.id, { name, hidden: true });
}

export async function hideCategory(name: string): Promise<void> {
  const category = (await api.getCategories()).find((one) => one.name === name);
  if (category === undefined) fail(`category ${name}`);
  await api.updateCategory(category.id, { ...category, hidden: true });
}
