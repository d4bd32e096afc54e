/** Checksums of the files in a zip, as its directory says them: the library that unpacks it does not look at them. */

const END_OF_DIRECTORY = Buffer.from('PK\u0005\u0006', 'latin1');

/** Where the numbers stand: in the end of the directory, and in each of its entries before the file's name. */
const END = { entries: 10, directory: 16 } as const;
const ENTRY = { crc: 16, nameLength: 28, extraLength: 30, commentLength: 32, name: 46 } as const;

/**
 * @returns CRC-32 by the name of the file.
 * @throws RangeError when the zip is cut off, or none.
 */
export function checksumsIn(zip: Uint8Array): ReadonlyMap<string, number> {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = bytes.lastIndexOf(END_OF_DIRECTORY);
  const entries = bytes.readUInt16LE(end + END.entries);
  const checksums = new Map<string, number>();
  let at = bytes.readUInt32LE(end + END.directory);
  for (let entry = 0; entry < entries; entry += 1) {
    const lengthAt = (place: number) => bytes.readUInt16LE(at + place);
    const nameEnd = at + ENTRY.name + lengthAt(ENTRY.nameLength);
    const name = bytes.toString('utf8', at + ENTRY.name, nameEnd);
    checksums.set(name, bytes.readUInt32LE(at + ENTRY.crc));
    at = nameEnd + lengthAt(ENTRY.extraLength) + lengthAt(ENTRY.commentLength);
  }
  return checksums;
}
