import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import * as z from 'zod';

/** A budget as Actual exports it: a zip of its database and its metadata. */

const DATABASE = 'db.sqlite';
const METADATA = 'metadata.json';

/** Every SQLite database begins with it. */
const SQLITE_HEADER = 'SQLite format 3\u0000';

/** Actual names folders by these characters alone; anything else could leave the data directory. */
const FOLDER_NAME = /^[A-Za-z0-9_-]{1,200}$/;

const MetadataShape = z.looseObject({
  id: z.string().regex(FOLDER_NAME),
  groupId: z.string().optional(),
  userId: z.string().optional(),
});
type Metadata = z.infer<typeof MetadataShape>;

/** An archive that cannot be opened. The message says which part of it is wrong. */
export class DamagedArchiveError extends Error {
  override readonly name = 'DamagedArchiveError';
}

/** Where a budget lies that was unpacked. */
export interface BudgetFolder {
  readonly database: string;
}

/**
 * Unpacks a snapshot as the library wants to find it: under its own id; with `resetClock` kept, so that this copy
 * gets a clock of its own; as uploaded today, because the library uploads a whole budget every 7 days.
 *
 * @throws DamagedArchiveError when it is no budget, or that of another sync id.
 */
export async function unpackArchive(
  archive: Uint8Array,
  options: { readonly dataDir: string; readonly syncId: string; readonly today: string },
): Promise<BudgetFolder> {
  const entries = unzip(archive);
  const database = entries[DATABASE];
  if (database === undefined || strFromU8(database.subarray(0, 16), true) !== SQLITE_HEADER) {
    throw new DamagedArchiveError('The archive has no database');
  }
  const metadata = parseMetadata(entries[METADATA]);
  if (metadata.groupId !== options.syncId) {
    throw new DamagedArchiveError('The archive is that of another budget');
  }
  const folder = join(options.dataDir, metadata.id);
  const path = join(folder, DATABASE);
  const restored = { ...metadata, resetClock: true, lastUploaded: options.today };
  await mkdir(folder);
  await Promise.all([
    writeFile(path, database),
    writeFile(join(folder, METADATA), JSON.stringify(restored)),
  ]);
  return { database: path };
}

/**
 * The archive without the session token, which Actual keeps in the metadata as `userId`. The database is packed
 * anew only when there is a token to take out.
 *
 * @throws DamagedArchiveError when the archive cannot be read.
 */
export function withoutSessionToken(archive: Uint8Array): Uint8Array {
  const { [METADATA]: packed } = unzip(archive, METADATA);
  const { userId, ...metadata } = parseMetadata(packed);
  if (userId === undefined || userId === '') return archive;
  return zipSync({ ...unzip(archive), [METADATA]: strToU8(JSON.stringify(metadata)) });
}

function unzip(archive: Uint8Array, only?: string): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(archive, { filter: ({ name }) => only === undefined || name === only });
  } catch {
    throw new DamagedArchiveError('The archive is no zip file');
  }
}

function parseMetadata(packed: Uint8Array | undefined): Metadata {
  if (packed === undefined) throw new DamagedArchiveError('The archive has no metadata');
  const text = strFromU8(packed);
  const parsed = MetadataShape.safeParse(jsonOf(text));
  if (!parsed.success) throw new DamagedArchiveError('The metadata of the archive is not valid');
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
