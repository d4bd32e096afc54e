import { join } from 'node:path';
import { ActualAccount } from './actual-account.ts';
import { readAuthority, trustOnly } from './authority.ts';
import { forgetServer, keepServer, refuseOthers } from './belonging.ts';
import type { DataFolder } from './data-folder.ts';
import type { Home } from './home.ts';
import { inTermsOfOptions, writeConfig } from './household-config.ts';
import type { HouseholdOptions } from './household-options.ts';
import { KeptSecrets } from './kept-secrets.ts';
import { modelKeyFor } from './model-key.ts';
import { RefusedPassword } from './refused-password.ts';
import { schedulesSaid } from './schedules-said.ts';
import type { Screen } from './screen.ts';
import { readSecretFile } from './secret-file.ts';
import { chosenBudgets, encryptionPasswords, type Given, signIn } from './sign-in.ts';
import { synthesize } from './synthesis.ts';

/**
 * One's own Actual server and budgets, with everything looked at before anything is started. Passwords are kept in the
 * secrets of the data folder once the server has taken them, and nowhere else.
 *
 * @throws StartError with the one thing to put right.
 */
export async function openHousehold(
  options: HouseholdOptions,
  folder: DataFolder,
  screen: Screen,
): Promise<Home> {
  const { serverUrl, authorityFile, forget } = options;
  const data = folder.path;
  refuseOthers(data, options);
  const given = readGiven(options);
  const authority = authorityFile === undefined ? undefined : readAuthority(authorityFile);
  trustOnly(authority);
  const account = new ActualAccount(serverUrl, authorityFile);
  await screen.task(`Looking for the Actual server at ${serverUrl}`, () => account.probe());

  const assembly = join(data, 'cdk.out');
  const config = writeConfig(options, data);
  await screen.task('Synthesizing the stack', () =>
    synthesize(assembly, config.file).catch(inTermsOfOptions(config)),
  );

  if (forget) forgetServer(data);
  const refused = new RefusedPassword(data, serverUrl);
  const secrets = new KeptSecrets(assembly, data, config.modelAddress);
  const secret = secrets.server();
  const kept = secret?.serverUrl === serverUrl ? { secret, session: secrets.session() } : undefined;
  const { password, session, budgets } = await signIn(account, options, { given, kept, refused });
  const chosen = chosenBudgets(options, budgets);
  const budgetPasswords = await encryptionPasswords(account, chosen, {
    given,
    kept,
    token: session.token,
  });

  const modelKey = await modelKeyFor(secrets, options);

  keepServer(data, serverUrl);
  const certificateAuthority = authority === undefined ? {} : { certificateAuthority: authority };
  secrets.keep({ serverUrl, password, budgetPasswords, ...certificateAuthority }, session);
  if (modelKey !== undefined) secrets.keepModelKey(modelKey);
  return {
    assembly,
    budgets: chosen.map(({ syncId: id, name }) => ({ id, name })),
    schedule: schedulesSaid(config, assembly),
    secrets: {},
  };
}

function readGiven({ passwordFile, encryptionPasswordFile }: HouseholdOptions): Given {
  return {
    ...(passwordFile === undefined
      ? {}
      : { password: readSecretFile('--password-file', passwordFile) }),
    ...(encryptionPasswordFile === undefined
      ? {}
      : {
          encryptionPassword: readSecretFile('--encryption-password-file', encryptionPasswordFile),
        }),
  };
}
