import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';

/** What is uploaded of a function: the folder of its asset, zipped. */

export interface PackedFile {
  readonly name: string;
  readonly bytes: number;
  /** Of a zip with this file alone. */
  readonly packedBytes: number;
}

/** As the CDK packs an asset. */
const LEVEL = 9;

/** @returns the size of the zip in bytes. */
export function packedSize(folder: string): number {
  const files = Object.fromEntries(
    filesOf(folder).map((name) => [name, readFileSync(join(folder, name))]),
  );
  return zipSync(files, { level: LEVEL }).length;
}

/** The largest files of an asset, the largest first. */
export function largestFiles(folder: string, count: number): readonly PackedFile[] {
  return filesOf(folder)
    .map((name) => {
      const content = readFileSync(join(folder, name));
      const packedBytes = zipSync({ [name]: content }, { level: LEVEL }).length;
      return { name, bytes: content.length, packedBytes };
    })
    .toSorted((one, other) => other.packedBytes - one.packedBytes)
    .slice(0, count);
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
