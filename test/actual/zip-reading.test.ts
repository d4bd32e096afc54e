import * as fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readZip } from '../../functions/actual/zip-reading.ts';

/** What packs them here takes `__proto__` for another thing than a name. */
const names = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .filter((name) => name !== '__proto__');
const contents = fc
  .tuple(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }))
  .map(([piece, times]) => Buffer.concat(Array.from({ length: times }, () => piece)));
const zips = fc.record({
  files: fc.dictionary(names, contents, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  level: fc.constantFrom(0, 1, 6, 9),
});

function packed(files: Readonly<Record<string, Uint8Array>>, level: 0 | 1 | 6 | 9): Buffer {
  return Buffer.from(zipSync(files, { level }));
}

describe('reading a zip', () => {
  it('gives the files that were packed, stored or deflated', () => {
    fc.assert(
      fc.property(zips, ({ files, level }) => {
        const read = Object.entries(readZip(packed(files, level)));
        expect(read.map(([name, content]) => [name, Buffer.from(content)])).toEqual(
          Object.entries(files),
        );
      }),
    );
  });

  it('gives a file that has more said before it than in the directory', () => {
    const zip = packed({ text: strToU8('a budget') }, 6);
    const nameEnd = 30 + 'text'.length;
    const longer = Buffer.concat([
      zip.subarray(0, nameEnd),
      Buffer.alloc(4),
      zip.subarray(nameEnd),
    ]);
    longer.writeUInt16LE(4, 28);
    const place = longer.indexOf('PK\u0005\u0006', 'latin1') + 16;
    longer.writeUInt32LE(longer.readUInt32LE(place) + 4, place);
    expect(Buffer.from(readZip(longer).text ?? []).toString()).toBe('a budget');
  });

  it('gives one file alone where it is asked for, and none that is not there', () => {
    const zip = packed({ one: strToU8('1'), other: strToU8('2') }, 6);
    expect(Object.keys(readZip(zip, 'other'))).toEqual(['other']);
    expect(readZip(zip, 'third')).toEqual({});
  });

  it('does not give other files than were packed when a byte of it is altered', () => {
    const files = { text: strToU8('a budget, a budget, a budget'), more: strToU8('cells') };
    const zip = packed(files, 6);
    const read = readZip(zip);
    for (let place = 0; place < zip.length; place += 1) {
      const altered = Buffer.from(zip);
      altered.writeUInt8((altered.readUInt8(place) + 1) % 256, place);
      for (const [name, content] of Object.entries(readOrNothing(altered))) {
        if (name in read) expect([place, content]).toEqual([place, Reflect.get(read, name)]);
      }
    }
  });

  it('is refused wherever it is cut off', () => {
    const zip = packed({ text: strToU8('a budget, a budget, a budget') }, 6);
    // Its last two bytes say how long a comment is that it does not have.
    for (let length = 0; length < zip.length - 2; length += 1) {
      expect(() => readZip(zip.subarray(0, length)), `${length} bytes`).toThrow();
    }
  });

  it('is refused when it is all zeros, as a disk may leave it', () => {
    expect(() => readZip(new Uint8Array(1000))).toThrow('no directory');
  });

  it('is refused when a file is packed in another way', () => {
    const zip = packed({ text: strToU8('a budget') }, 6);
    zip.writeUInt16LE(12, zip.indexOf('PK\u0001\u0002', 'latin1') + 10);
    expect(() => readZip(zip)).toThrow('not known');
  });

  it('unpacks no more than the directory says', () => {
    const zip = packed({ text: new Uint8Array(2 ** 20) }, 9);
    zip.writeUInt32LE(10, zip.indexOf('PK\u0001\u0002', 'latin1') + 24);
    expect(() => readZip(zip)).toThrow(/larger than/);
    zip.writeUInt32LE(2 ** 20 - 1, zip.indexOf('PK\u0001\u0002', 'latin1') + 24);
    expect(() => readZip(zip)).toThrow('not as it was packed');
  });
});

function readOrNothing(zip: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return readZip(zip);
  } catch {
    return {};
  }
}
