import { randomUUID } from 'node:crypto';
import { printable } from '../../client/printable.ts';
import type { ActualAccount, ServerBudget } from './actual-account.ts';
import { askSecret } from './ask.ts';
import { opens } from './budget-key.ts';
import type { HouseholdOptions } from './household-options.ts';
import type { ServerSecret, Session } from './kept-secrets.ts';
import type { RefusedPassword } from './refused-password.ts';
import { StartError } from './start-error.ts';

/** What was given with this start, read already. */
export interface Given {
  readonly password?: string;
  readonly encryptionPassword?: string;
}

export interface Kept {
  readonly secret: ServerSecret;
  readonly session: Session | undefined;
}

/** Somebody who is let in, and what is seen then. */
export interface SignedIn {
  readonly password: string;
  readonly session: Session;
  readonly budgets: readonly ServerBudget[];
}

/**
 * Signs in with what is kept, given or asked for; with a new login only where there is no session yet.
 *
 * @throws StartError when the server refuses the password, now or before.
 */
export async function signIn(
  account: ActualAccount,
  options: HouseholdOptions,
  { given, kept, refused }: { given: Given; kept: Kept | undefined; refused: RefusedPassword },
): Promise<SignedIn> {
  const { serverUrl, passwordFile } = options;
  const password =
    given.password ??
    kept?.secret.password ??
    (await askSecret(
      `Password of the Actual server at ${serverUrl}`,
      'give the password in a file with --password-file',
    ));
  if (password === kept?.secret.password && kept.session !== undefined) {
    const budgets = await account.budgets(kept.session.token);
    if (budgets !== undefined) return { password, session: kept.session, budgets };
  }
  const which =
    given.password !== undefined
      ? `the password in ${passwordFile}`
      : kept !== undefined
        ? 'the password that is kept'
        : 'that password';
  if (refused.is(password)) {
    throw new StartError(
      `The Actual server at ${serverUrl} has refused ${which} before, so it was not tried again: correct it, or start once with --forget.`,
    );
  }
  const token = await account.logIn(password);
  if (token === undefined) {
    refused.remember(password);
    const remedy = kept !== undefined && given.password === undefined;
    throw new StartError(
      `The Actual server at ${serverUrl} refused ${which}${remedy ? ': start once with --forget to give another' : ''}.`,
    );
  }
  refused.forget();
  const budgets = await account.budgets(token);
  if (budgets === undefined) {
    throw new StartError(`The Actual server at ${serverUrl} lets us in but shows no budgets.`);
  }
  return { password, session: { token, login: randomUUID() }, budgets };
}

/** @throws StartError naming the budgets that there are, when one that is asked for is not among them. */
export function chosenBudgets(
  { serverUrl, budgets: asked }: Pick<HouseholdOptions, 'serverUrl' | 'budgets'>,
  budgets: readonly ServerBudget[],
): readonly ServerBudget[] {
  return asked.map((syncId) => {
    const found = budgets.find((budget) => budget.syncId === syncId);
    if (found !== undefined) return found;
    const there = budgets.map(({ name, syncId }) => printable(`"${name}" ${syncId}`));
    throw new StartError(
      `The Actual server at ${serverUrl} has no budget ${syncId}; it has ${there.join(', ') || 'none'}.`,
    );
  });
}

/**
 * Encryption passwords of those budgets that are encrypted, each tried before it is taken.
 *
 * @throws StartError when a password does not open its budget.
 */
export async function encryptionPasswords(
  account: ActualAccount,
  chosen: readonly ServerBudget[],
  { given, kept, token }: { given: Given; kept: Kept | undefined; token: string },
): Promise<Readonly<Record<string, string>>> {
  const passwords: Record<string, string> = { ...kept?.secret.budgetPasswords };
  for (const budget of chosen.filter(({ encrypted }) => encrypted)) {
    const key = await account.keyOf(budget, token);
    const known = [given.encryptionPassword, passwords[budget.syncId]].find(
      (password) => password !== undefined && opens(password, key),
    );
    if (known === undefined && given.encryptionPassword !== undefined) {
      throw new StartError(
        `--encryption-password-file: the password does not open the budget ${budget.syncId}.`,
      );
    }
    const password =
      known ??
      (await askSecret(
        `Encryption password of the budget "${printable(budget.name)}"`,
        'give the encryption password in a file with --encryption-password-file',
      ));
    if (!opens(password, key)) {
      throw new StartError(`That password does not open the budget ${budget.syncId}.`);
    }
    passwords[budget.syncId] = password;
  }
  return passwords;
}
