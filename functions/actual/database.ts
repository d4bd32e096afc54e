import SQLite from 'better-sqlite3';
import { NEWEST_MIGRATION } from './library.ts';

/** A budget's database, opened for reading beside the library. */
export type BudgetDatabase = SQLite.Database;

/**
 * Opens the database, hands it to `read`, closes it.
 *
 * @throws SQLite's own error when the file is no database.
 */
export function readDatabase<Result>(
  path: string,
  read: (database: BudgetDatabase) => Result,
): Result {
  const database = new SQLite(path, { readonly: true, fileMustExist: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

/**
 * True when a newer Actual has migrated the database, which the library would refuse to open.
 *
 * @throws SQLite's own error when the database cannot be read.
 */
export function isMigratedByNewer(path: string): boolean {
  const newest = readDatabase(path, (database) =>
    database.prepare('SELECT MAX(id) FROM __migrations__').pluck().get(),
  );
  return typeof newest === 'number' && newest > NEWEST_MIGRATION;
}
