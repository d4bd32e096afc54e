import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import * as z from 'zod';
import { LIBRARY_VERSION } from '../../functions/actual/library.ts';

/** Looks into archives and alters them. */

export function filesOf(archive: Uint8Array): Readonly<Record<string, Uint8Array>> {
  return unzipSync(archive);
}

export function metadataOf(archive: Uint8Array): Readonly<Record<string, unknown>> {
  const metadata = filesOf(archive)['metadata.json'];
  return z.looseObject({}).parse(JSON.parse(strFromU8(metadata ?? strToU8('null'))));
}

export function withMetadata(
  archive: Uint8Array,
  changes: Readonly<Record<string, unknown>>,
): Uint8Array {
  const metadata = JSON.stringify({ ...metadataOf(archive), ...changes });
  return zipSync({ ...filesOf(archive), 'metadata.json': strToU8(metadata) });
}

/** The archive with one text in place of another one in its bytes, as a disk alters them: nothing else knows of it. */
export function altered(archive: Uint8Array, text: string, another: string): Uint8Array {
  const bytes = Buffer.from(zipSync(filesOf(archive), { level: 0 }));
  const at = bytes.indexOf(text);
  if (at < 0 || text.length !== another.length) throw new Error(`No ${text} to be altered`);
  bytes.write(another, at, 'latin1');
  return bytes;
}

/** The file of an archive that has the cells that the library computed. */
export const CELLS = `cells-${LIBRARY_VERSION}.sqlite`;

/** Opens the archive's database, lets `work` read or change it, and gives back the archive with what it became. */
export async function withDatabase<Result>(
  archive: Uint8Array,
  work: (database: SQLite.Database) => Result,
  file: 'db.sqlite' | typeof CELLS = 'db.sqlite',
): Promise<{ readonly result: Result; readonly archive: Uint8Array }> {
  const folder = await mkdtemp(join(tmpdir(), 'archive-'));
  try {
    const path = join(folder, 'db.sqlite');
    const files = filesOf(archive);
    await writeFile(path, files[file] ?? new Uint8Array());
    const database = new SQLite(path);
    const result = work(database);
    database.close();
    return { result, archive: zipSync({ ...files, [file]: await readFile(path) }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The id that a device's clock puts on its changes. */
export async function clockIdOf(archive: Uint8Array): Promise<string> {
  const { result } = await withDatabase(archive, (database) =>
    database.prepare('SELECT clock FROM messages_clock').pluck().get(),
  );
  const { timestamp } = z.object({ timestamp: z.string() }).parse(JSON.parse(String(result)));
  return timestamp.slice(-16);
}
