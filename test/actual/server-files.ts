import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import type { ActualServer } from './actual-server.ts';

/** Alters what a real Actual server keeps, so that it answers as it does when its data came into that state. */

/** Its list of files and of sessions. */
export function changeAccounts(
  { dataDir }: ActualServer,
  sql: string,
  ...values: readonly (string | number | null)[]
): void {
  change(join(dataDir, 'server-files/account.sqlite'), sql, values);
}

/** Every session runs out, as after `ACTUAL_TOKEN_EXPIRATION`: the next login renews it under the same token. */
export function expireSessions(server: ActualServer): void {
  changeAccounts(server, 'UPDATE sessions SET expires_at = ?', Math.floor(Date.now() / 1000) - 1);
}

/** The history of changes of one budget. */
export function changeHistory({ dataDir }: ActualServer, syncId: string, sql: string): void {
  change(join(dataDir, `user-files/group-${syncId}.sqlite`), sql, []);
}

/** The file of a budget goes, what the server knows of it stays. */
export async function loseFile(server: ActualServer, cloudFileId: string): Promise<void> {
  await rm(fileOf(server, cloudFileId));
}

/** The file of a budget becomes what `alter` makes of it. */
export async function alterFile(
  server: ActualServer,
  cloudFileId: string,
  alter: (content: Uint8Array) => Promise<Uint8Array>,
): Promise<void> {
  const path = fileOf(server, cloudFileId);
  await writeFile(path, await alter(await readFile(path)));
}

function fileOf({ dataDir }: ActualServer, cloudFileId: string): string {
  return join(dataDir, `user-files/file-${cloudFileId}.blob`);
}

function change(path: string, sql: string, values: readonly (string | number | null)[]): void {
  const database = new SQLite(path, { fileMustExist: true });
  try {
    const { changes } = database.prepare(sql).run(...values);
    if (changes === 0) throw new Error(`Nothing was changed by: ${sql}`);
  } finally {
    database.close();
  }
}
