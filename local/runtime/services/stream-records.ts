import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';

/** What the tables' engine leaves to others of its streams: it has no index for their records, and keeps every one. */

/**
 * Keeps the engine as quick as on its first day. It numbers each record of a stream after the largest number so far,
 * reads a stream by number, and keeps every record, but has no index for it (dynoxide 1.2.1): each write and each look
 * would go through all that was ever written.
 *
 * @param file of the engine, which may be running.
 */
export function indexStreamRecords(file: string): void {
  const database = new DatabaseSync(file, { timeout: 10_000 });
  try {
    database.exec(
      'CREATE INDEX IF NOT EXISTS stream_records_by_number ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
    );
  } finally {
    database.close();
  }
}

/**
 * Whether a table was written in that time, as far as records tell: those of a day, and the last one of each table.
 *
 * @param file of the engine, which may be running.
 */
export function wasWritten(file: string, from: Date, to: Date): boolean {
  const database = new DatabaseSync(file, { timeout: 1000 });
  try {
    const seconds = (time: Date) => Math.floor(time.getTime() / 1000);
    const found = database.prepare(
      'SELECT 1 FROM _stream_records WHERE created_at BETWEEN ? AND ? LIMIT 1',
    );
    return found.get(seconds(from), seconds(to)) !== undefined;
  } finally {
    database.close();
  }
}

const AT_ONCE = 1000;

/**
 * Removes records of streams, some at a time, so that the engine writes in between. The last one of a table stays however old it
 * is: the engine numbers the next one after it, and numbers that were read already would come back.
 *
 * @param file of the engine, which may be running.
 * @param before records from before this time are old.
 * @param isClosed asked in between whether to go on.
 */
export async function removeStreamRecords(
  file: string,
  before: Date,
  isClosed: () => boolean,
): Promise<void> {
  const database = new DatabaseSync(file, { timeout: 1000 });
  try {
    const last = database.prepare('SELECT MAX(id) AS id FROM _stream_records GROUP BY table_name');
    const kept = JSON.stringify(last.all().map(({ id }) => id));
    const remove = database.prepare(
      `DELETE FROM _stream_records WHERE id IN (
         SELECT id FROM _stream_records
         WHERE created_at < ? AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?)`,
    );
    const seconds = Math.floor(before.getTime() / 1000);
    while (!isClosed() && Number(remove.run(seconds, kept, AT_ONCE).changes) === AT_ONCE) {
      await setImmediate();
    }
  } finally {
    database.close();
  }
}
