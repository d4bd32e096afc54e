import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PASSWORD } from './actual-server.ts';
import type { Change } from './household-device.ts';

export interface Device {
  /** How far its clock is ahead. */
  readonly aheadMinutes?: number;
  /** PEM file of the authority that the server's certificate is from, where it is no public one. */
  readonly authorityFile?: string;
}

/** Another device of the household: changes a budget on the server with Actual's own library, in its own process. */
export async function householdDoes(
  serverUrl: string,
  changes: readonly Change[],
  { authorityFile, ...clock }: Device = {},
): Promise<string> {
  const script = join(import.meta.dirname, 'household-device.ts');
  const order = JSON.stringify({ serverUrl, password: PASSWORD, changes, ...clock });
  const device = promisify(execFile)(process.execPath, [script], {
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      NODE_ENV: 'production',
      ...compileCache(),
      ...(authorityFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorityFile }),
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  // Passwords are not for command lines, which tests look through.
  device.child.stdin?.end(order);
  const { stdout } = await device;
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return last;
}

/** What a run of tests compiles once for all its devices. */
function compileCache(): Readonly<Record<string, string>> {
  const { TEST_RUN_FOLDER } = process.env;
  return TEST_RUN_FOLDER === undefined
    ? {}
    : { NODE_COMPILE_CACHE: join(TEST_RUN_FOLDER, 'compiled') };
}
