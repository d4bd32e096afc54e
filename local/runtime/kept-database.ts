import { DatabaseSync } from 'node:sqlite';
import { DataFolderError } from './contract.ts';

/** `SQLITE_CORRUPT` and `SQLITE_NOTADB` (https://sqlite.org/rescode.html). */
const DAMAGED: readonly unknown[] = [11, 26];

/**
 * A file of SQLite's in which a part of the stack keeps what is not to be lost.
 *
 * @param table the statement that makes its table where there is none.
 * @throws DataFolderError when the file is damaged; SQLite's own when the disk is full.
 */
export function openKeptDatabase(file: string, table: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = WAL');
    database.exec(table);
    return database;
  } catch (error) {
    database.close();
    if (!isDamaged(error)) throw error;
    // SQLite would write the -wal of the damaged one into whatever is put in its place.
    throw new DataFolderError(
      `The file ${file} is damaged: remove it, with its -wal and -shm beside it, and put it back from a backup if there is one. What it holds is in docs/household.md.`,
    );
  }
}

/** Whether SQLite says of a file that it is none of its own, or not whole. */
export function isDamaged(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && DAMAGED.includes(error.errcode);
}
