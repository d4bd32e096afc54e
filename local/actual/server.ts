import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataFolderError, type RunningPart } from '../runtime/contract.ts';
import { freePort, isFree } from '../runtime/services/free-port.ts';
import { type GuardedProcess, startGuarded } from '../runtime/services/guarded-process.ts';
import { writeWhole } from '../runtime/whole-file.ts';

/** A real Actual server on loopback, with its data in a folder of ours. */
export interface ActualServer extends RunningPart {
  readonly url: string;
  readonly password: string;
}

/** Seconds at most, and many of them on a machine that has much else to do. */
const START_MS = 120_000;
const POLL_MS = 25;
const HOST = '127.0.0.1';

/**
 * Starts the server; on the first start it gets a random password, kept beside its data.
 *
 * @param findPort where nobody listens, as far as can be seen.
 */
export async function startActualServer(
  folder: string,
  findPort: () => Promise<number> = freePort,
): Promise<ActualServer> {
  if (isCutOff(folder)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const port = await findPort();
  const url = `http://${HOST}:${port}`;
  const server = startGuarded({
    command: process.execPath,
    args: serverArguments(),
    env: {
      NODE_ENV: 'production',
      ACTUAL_DATA_DIR: folder,
      ACTUAL_PORT: String(port),
      ACTUAL_HOSTNAME: HOST,
    },
  });
  try {
    if (!(await answers(url, server))) {
      // Somebody was quicker to take the port.
      if (!(await isFree({ host: HOST, port }))) return startActualServer(folder, findPort);
      throw new DataFolderError(
        `The Actual server that comes along ended at its start: is there room on the disk, and is ${folder} as it was left? Another folder helps, with --data.`,
      );
    }
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

/** @returns false when its process ended before it did. */
async function answers(url: string, { exited }: GuardedProcess): Promise<boolean> {
  const ended = exited.then(() => false);
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const answer = fetch(`${url}/account/needs-bootstrap`).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    );
    // Who has the port in its place may say nothing at all.
    const outcome = await Promise.race([answer, ended]);
    if (outcome !== undefined) return outcome;
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
