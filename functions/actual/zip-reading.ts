import { crc32, inflateRawSync } from 'node:zlib';

/**
 * Reads the files of a zip by Node's own zlib: in a fifth of the time that JavaScript takes. Checks what the directory says of
 * each: what a disk has altered may well be unpacked, and be a database that only says something else.
 */

const END_OF_DIRECTORY = Buffer.from('PK\u0005\u0006', 'latin1');

/** Where the numbers stand: in the end of the directory, in each of its entries, and before the file itself. */
const END = { entries: 10, directory: 16 } as const;
const ENTRY = {
  method: 10,
  crc: 16,
  packedSize: 20,
  size: 24,
  nameLength: 28,
  extraLength: 30,
  commentLength: 32,
  file: 42,
  name: 46,
} as const;
const FILE = { nameLength: 26, extraLength: 28, name: 30 } as const;

/** The zip format's numbers for how a file is packed. */
const METHOD = { stored: 0, deflated: 8 } as const;

/** Node's zlib wants room for another piece when the last one is full to the byte. */
export const SLACK = 64;

/**
 * @param only of all files, this one alone.
 * @returns contents by name.
 * @throws Error when it is cut off, altered, or no zip.
 */
export function readZip(zip: Uint8Array, only?: string): Readonly<Record<string, Uint8Array>> {
  return Object.fromEntries(filesOf(zip, only));
}

function* filesOf(zip: Uint8Array, only: string | undefined): Iterable<[string, Uint8Array]> {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = bytes.lastIndexOf(END_OF_DIRECTORY);
  if (end < 0) throw new RangeError('It has no directory');
  const entries = bytes.readUInt16LE(end + END.entries);
  let at = bytes.readUInt32LE(end + END.directory);
  for (let entry = 0; entry < entries; entry += 1) {
    const lengthAt = (place: number) => bytes.readUInt16LE(at + place);
    const nameEnd = at + ENTRY.name + lengthAt(ENTRY.nameLength);
    const name = bytes.toString('utf8', at + ENTRY.name, nameEnd);
    if (only === undefined || name === only) yield [name, contentOf(bytes, at)];
    at = nameEnd + lengthAt(ENTRY.extraLength) + lengthAt(ENTRY.commentLength);
  }
}

/** @param entry where the directory's entry of the file begins. */
function contentOf(bytes: Buffer, entry: number): Uint8Array {
  const file = bytes.readUInt32LE(entry + ENTRY.file);
  // Its extra fields are others here than in the directory.
  const names =
    bytes.readUInt16LE(file + FILE.nameLength) + bytes.readUInt16LE(file + FILE.extraLength);
  const start = file + FILE.name + names;
  const packed = bytes.subarray(start, start + bytes.readUInt32LE(entry + ENTRY.packedSize));
  const size = bytes.readUInt32LE(entry + ENTRY.size);
  const content = unpacked(packed, bytes.readUInt16LE(entry + ENTRY.method), size);
  if (content.length !== size || crc32(content) !== bytes.readUInt32LE(entry + ENTRY.crc)) {
    throw new RangeError('A file is not as it was packed');
  }
  return content;
}

function unpacked(packed: Buffer, method: number, size: number): Uint8Array {
  switch (method) {
    case METHOD.stored:
      return packed;
    case METHOD.deflated:
      return inflateRawSync(packed, { chunkSize: size + SLACK, maxOutputLength: size + SLACK });
    default:
      throw new RangeError('A file is packed in a way that is not known here');
  }
}
