import * as api from '@actual-app/api';

/** Actual's library, once it has begun. */
export type Lib = Awaited<ReturnType<typeof api.init>>;

/** What has which name in the budget that is open. */

export async function categoryId(name: string): Promise<string> {
  const found = (await api.getCategories()).find((category) => category.name === name);
  return found?.id ?? fail(`category ${name}`);
}

export async function accountId(name: string): Promise<string> {
  const found = (await api.getAccounts()).find((account) => account.name === name);
  return found?.id ?? fail(`account ${name}`);
}

/** Made where there is none, as Actual does when a person types a new name. */
export async function payeeId(name: string): Promise<string> {
  const found = (await api.getPayees()).find((payee) => payee.name === name);
  return found?.id ?? api.createPayee({ name });
}

export function fail(what: string): never {
  throw new Error(`There is no ${what}`);
}
