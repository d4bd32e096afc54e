import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import SQLite from 'better-sqlite3';

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

/** A migration that an old Actual applied under a wrong number; the library puts it right by itself. */
const RENUMBERED = 1_685_375_406_832;

/**
 * True when a newer Actual has migrated the database: it names migrations that the library does not have.
 *
 * @throws SQLite's own error when the database cannot be read.
 */
export async function isMigratedByNewer(path: string): Promise<boolean> {
  const known = await knownMigrations();
  const applied = readDatabase(path, (database) =>
    database.prepare('SELECT id FROM __migrations__').pluck().all(),
  );
  return applied.some((id) => typeof id === 'number' && id !== RENUMBERED && !known.has(id));
}

/** The migrations that the library brings: files whose names begin with their numbers. */
async function knownMigrations(): Promise<ReadonlySet<number>> {
  const library = createRequire(import.meta.url).resolve('@actual-app/api');
  const files = await readdir(join(dirname(library), 'migrations'));
  return new Set(files.map((name) => Number.parseInt(name, 10)));
}
