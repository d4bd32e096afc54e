import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { makeAuthority } from '../actual/certificates.ts';
import { householdDoes } from '../actual/household.ts';
import type { Change } from '../actual/household-changes.ts';
import { type Run, start } from './starting.ts';

/** A household that starts the product for its own Actual server, which speaks HTTPS with a certificate of its own making. */

const ENCRYPTION_PASSWORD = 'canary of the strongbox';

export interface Household {
  readonly server: ActualServer;
  /** The Sync ID of its budget. */
  readonly home: string;
  /** Where its files are: `ca.pem`, `other-ca.pem`, and those of `writePasswords`. */
  inFolder(name: string): string;
  /** Changes a budget of the server. @returns its Sync ID. */
  does(...changes: readonly Change[]): Promise<string>;
  /** Makes a budget that is end-to-end encrypted. @returns its Sync ID. */
  encrypted(): Promise<string>;
  /** Runs `npm start` for the server, with what is said beside it, until it ends. */
  start(...args: readonly string[]): Promise<Run>;
  remove(): Promise<void>;
}

export async function makeHousehold(): Promise<Household> {
  const folder = await mkdtemp(join(tmpdir(), 'household-'));
  const inFolder = (name: string) => join(folder, name);
  const authority = makeAuthority('Household');
  await writeFile(inFolder('ca.pem'), authority.certificate);
  await writeFile(inFolder('other-ca.pem'), makeAuthority('Somebody').certificate);
  await writePasswords(folder);
  const server = await startActualServer(authority.issue(['127.0.0.1']));
  const does = (...changes: readonly Change[]) =>
    householdDoes(server.url, changes, { authorityFile: inFolder('ca.pem') });
  const home = await does({ do: 'create', transactions: 60 }, { do: 'reset' });
  return {
    server,
    home,
    inFolder,
    does,
    encrypted: () =>
      does(
        { do: 'create', transactions: 40 },
        { do: 'encrypt', password: ENCRYPTION_PASSWORD },
        { do: 'reset' },
      ),
    start: (...args) =>
      start('--server', server.url, '--ca', inFolder('ca.pem'), '--port', '0', ...args),
    remove: async () => {
      await server.remove();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Writes files with passwords: `password` of the server, `wrong-password`, and `strongbox` of the encrypted budget. */
export async function writePasswords(folder: string): Promise<void> {
  for (const [name, content] of [
    ['password', `${PASSWORD}\n`],
    ['wrong-password', 'battery staple\n'],
    ['strongbox', `${ENCRYPTION_PASSWORD}\n`],
  ] as const) {
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
}
