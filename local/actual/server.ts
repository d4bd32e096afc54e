import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataFolderError, type RunningPart } from '../runtime/contract.ts';
import { freePort } from '../runtime/services/free-port.ts';
import { startGuarded } from '../runtime/services/guarded-process.ts';
import { writeWhole } from '../runtime/whole-file.ts';

/** A real Actual server on loopback, with its data in a folder of ours. */
export interface ActualServer extends RunningPart {
  readonly url: string;
  readonly password: string;
}

/** Seconds at most, and many of them on a machine that has much else to do. */
const START_MS = 120_000;
const POLL_MS = 25;

/** Starts the server; on the first start it gets a random password, kept beside its data. */
export async function startActualServer(folder: string): Promise<ActualServer> {
  if (isCutOff(folder)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = startGuarded({
    command: process.execPath,
    args: serverArguments(),
    env: {
      NODE_ENV: 'production',
      ACTUAL_DATA_DIR: folder,
      ACTUAL_PORT: String(port),
      ACTUAL_HOSTNAME: '127.0.0.1',
    },
  });
  try {
    const died = server.exited.then(() => {
      throw new DataFolderError(
        `The Actual server that comes along ended at its start: is there room on the disk, and is ${folder} as it was left? Another folder helps, with --data.`,
      );
    });
    await Promise.race([answers(url), died]);
    const password = await ensurePassword(url, passwordIn(folder));
    return { url, password, close: server.close };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** What Node is given to run the server that is installed here. */
export function serverArguments(): readonly string[] {
  const main = createRequire(import.meta.url).resolve('@actual-app/sync-server/package.json');
  const server = join(dirname(main), 'build/bin/actual-server.js');
  return ['--import', import.meta.resolve('./quick-imports.ts'), server];
}

/**
 * A first start that was cut off leaves half a database, on which the server ends each time. A password may also be gone from a
 * folder that was put back without it: there are budgets in that.
 */
function isCutOff(folder: string): boolean {
  const budgets = join(folder, 'user-files');
  const hasBudgets = existsSync(budgets) && readdirSync(budgets).length > 0;
  return !hasBudgets && !existsSync(passwordIn(folder));
}

function passwordIn(folder: string): string {
  return join(folder, 'password');
}

async function answers(url: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/account/needs-bootstrap`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error('The Actual server did not answer in time.');
}

/**
 * The file is written first, and whole: a password that the server has and we have not would lock us out.
 *
 * @throws DataFolderError when the server has one and the file is gone.
 */
async function ensurePassword(url: string, file: string): Promise<string> {
  const needs: unknown = await (await fetch(`${url}/account/needs-bootstrap`)).json();
  const isFirst = JSON.stringify(needs).includes('"bootstrapped":false');
  if (!existsSync(file)) {
    if (!isFirst) {
      throw new DataFolderError(
        `The password of the Actual server that comes along is gone: put ${file} back from a backup, or remove the data folder. Another folder helps too, with --data.`,
      );
    }
    writeWhole(file, randomBytes(18).toString('base64url'));
  }
  const password = readFileSync(file, 'utf8');
  if (isFirst) {
    const answer = await fetch(`${url}/account/bootstrap`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password }),
    });
    if (!answer.ok) throw new Error('The Actual server did not take its first password.');
  }
  return password;
}
