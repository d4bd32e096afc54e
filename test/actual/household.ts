import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PASSWORD } from './actual-server.ts';
import type { Change } from './household-device.ts';

/** Another device of the household: changes a budget on the server with Actual's own library, in its own process. */
export async function householdDoes(
  serverUrl: string,
  changes: readonly Change[],
  device: { readonly aheadMinutes?: number } = {},
): Promise<string> {
  const script = join(import.meta.dirname, 'household-device.ts');
  const order = JSON.stringify({ serverUrl, password: PASSWORD, changes, ...device });
  const { stdout } = await promisify(execFile)(process.execPath, [script, order], {
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, NODE_ENV: 'production' },
    maxBuffer: 64 * 1024 * 1024,
  });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return last;
}
