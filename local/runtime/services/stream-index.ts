import { DatabaseSync } from 'node:sqlite';

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
