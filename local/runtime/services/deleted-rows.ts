import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** What SQLite leaves of a deleted row: its bytes, until something else is written there. */

/**
 * Writes a database anew, without what was deleted of it. The tables' engine does not overwrite that by itself (dynoxide
 * 1.2.1): payees of a budget that was forgotten would stay in the file.
 *
 * @param file of the engine, which does not run. What cannot be read or has no room is left as it is, for the engine to say.
 */
export function overwriteDeletedRows(file: string): void {
  if (!existsSync(file)) return;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // The next start comes to it.
  } finally {
    database?.close();
  }
}
