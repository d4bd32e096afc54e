import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../runtime/whole-file.ts';
import { RefusedPassword } from './refused-password.ts';
import { StartError } from './start-error.ts';

/** Whose data a folder holds: what one server's budgets left behind must not be carried on with another's. */

const SERVER_FILE = 'server';
/** Data of the Actual server that comes with the demo. */
const DEMO_FOLDER = 'actual';
const SECRETS_FILE = 'secrets.json';
/** Jobs and suggestions; a demo has its server's data before. */
const TABLES_FILE = 'dynamodb.sqlite';

/** @throws StartError when the folder belongs to a server of one's own, be it one that was forgotten. */
export function refuseHousehold(folder: string): void {
  const server = serverOf(folder);
  if (server !== undefined) {
    throw new StartError(
      `The data folder ${folder} belongs to the Actual server ${server}: start it with --server, or choose another with --data.`,
    );
  }
  if (existsSync(join(folder, TABLES_FILE)) && !existsSync(join(folder, DEMO_FOLDER))) {
    throw new StartError(
      `The data folder ${folder} holds jobs and suggestions of an Actual server that was forgotten: start it with --server, or choose another with --data.`,
    );
  }
}

/** @throws StartError when the folder belongs to the demo, or to another server that is not to be forgotten. */
export function refuseOthers(
  folder: string,
  { serverUrl, forget }: { readonly serverUrl: string; readonly forget: boolean },
): void {
  if (existsSync(join(folder, DEMO_FOLDER))) {
    throw new StartError(
      `The data folder ${folder} belongs to the demo: choose another with --data.`,
    );
  }
  const server = serverOf(folder);
  if (server !== undefined && server !== serverUrl && !forget) {
    throw new StartError(
      `The data folder ${folder} belongs to the Actual server ${server}: choose another with --data, or, if that server has moved, start once with --forget.`,
    );
  }
}

export function keepServer(folder: string, serverUrl: string): void {
  writeWhole(join(folder, SERVER_FILE), serverUrl);
}

/**
 * Removes address, passwords, session token, and which password was refused; jobs, suggestions and snapshots stay.
 *
 * @returns the server that is forgotten now; undefined when none was kept.
 */
export function forgetServer(folder: string): string | undefined {
  new RefusedPassword(folder).forget();
  const server = serverOf(folder);
  if (server === undefined) return undefined;
  // Beside it, what a start that was killed was about to put in its place.
  for (const name of readdirSync(folder).filter((one) => one.startsWith(SECRETS_FILE))) {
    rmSync(join(folder, name));
  }
  rmSync(join(folder, SERVER_FILE));
  return server;
}

function serverOf(folder: string): string | undefined {
  const file = join(folder, SERVER_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
