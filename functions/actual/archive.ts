import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import { strFromU8, strToU8, Zip, type ZipInputFile, zipSync } from 'fflate';
import * as z from 'zod';
import { jsonOf } from '../domain/json.ts';
import { LIBRARY_VERSION } from './library.ts';
import { readZip, SLACK } from './zip-reading.ts';

/**
 * A budget as a zip: its database and its metadata, as Actual exports it. A snapshot also has the cells of the budget's
 * pages that the library computed from them: it takes them over as they are, where it would compute them for most of the
 * time that it takes to open a budget.
 */

const DATABASE = 'db.sqlite';
const METADATA = 'metadata.json';
/** Cells of another version of the library may have been computed otherwise. */
const CELLS = `cells-${LIBRARY_VERSION}.sqlite`;
/** Where the library looks for them. Whether they are those of the database it tells by a number that both have. */
const CELLS_IN_FOLDER = 'cache.sqlite';

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
  const { [CELLS]: cells } = entries;
  await mkdir(folder);
  await Promise.all([
    writeFile(path, database),
    writeFile(join(folder, METADATA), JSON.stringify(restored)),
    cells === undefined ? undefined : writeFile(join(folder, CELLS_IN_FOLDER), cells),
  ]);
  return { database: path };
}

/**
 * Packs a snapshot, without the session token. Its files are read before this returns; they are packed in threads of Node's.
 *
 * @param folder of a budget that the library has closed, so that all of it is on the disk.
 * @param metadata what the library last wrote there.
 */
export function packArchive(
  folder: string,
  { userId: _, ...metadata }: Readonly<Record<string, unknown>>,
): Promise<Uint8Array> {
  const cells = join(folder, CELLS_IN_FOLDER);
  return zipOf({
    [DATABASE]: readFileSync(join(folder, DATABASE)),
    [METADATA]: strToU8(JSON.stringify({ ...metadata, resetClock: true })),
    ...(existsSync(cells) ? { [CELLS]: readFileSync(cells) } : {}),
  });
}

const deflate = promisify(deflateRaw);
/** The zip format's number for it. */
const DEFLATED = 8;

/**
 * By Node's own zlib: in a fifth of the time that JavaScript takes, and a hundredth larger at its best speed. Each file in one
 * piece: of the usual ones of 16 kB, the next is begun only when this thread is free, and it reads the extract meanwhile.
 */
async function zipOf(entries: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const files = await Promise.all(
    Object.entries(entries).map(async ([filename, content]) => ({
      filename,
      content,
      packed: await deflate(content, {
        level: constants.Z_BEST_SPEED,
        chunkSize: content.length + SLACK,
      }),
    })),
  );
  const pieces: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error !== null) throw error;
    pieces.push(piece);
  });
  for (const { filename, content, packed } of files) {
    const { length: size } = content;
    const file: ZipInputFile = { filename, size, crc: crc32(content), compression: DEFLATED };
    zip.add(file);
    file.ondata?.(null, packed, true);
  }
  zip.end();
  return Buffer.concat(pieces);
}

/**
 * What Actual exports, without the session token, which Actual keeps in the metadata as `userId`. The database is packed
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
    return readZip(archive, only);
  } catch (cause) {
    throw new DamagedArchiveError('The archive cannot be unpacked', { cause });
  }
}

function parseMetadata(packed: Uint8Array | undefined): Metadata {
  if (packed === undefined) throw new DamagedArchiveError('The archive has no metadata');
  const text = strFromU8(packed);
  const parsed = MetadataShape.safeParse(jsonOf(text));
  if (!parsed.success) throw new DamagedArchiveError('The metadata of the archive is not valid');
  return parsed.data;
}
