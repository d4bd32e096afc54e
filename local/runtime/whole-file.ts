import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { DataFolderError } from './contract.ts';

/**
 * Puts a text into a file for its owner alone, all of it or nothing: where this program or its machine ends in the middle, or the
 * disk has no room for all of it, the file is what it was.
 */
export function writeWhole(file: string, text: string): void {
  // Always the same one: what a start that was killed leaves is written over.
  const temporary = `${file}.new`;
  writeFileSync(temporary, text, { mode: 0o600, flush: true });
  renameSync(temporary, file);
}

/**
 * What a file of JSON holds; undefined where there is none.
 *
 * @param damaged what a user is told where it cannot be read or holds something else. @throws DataFolderError with that.
 */
export function readWhole<T>(file: string, shape: z.ZodType<T>, damaged: string): T | undefined {
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    // Without its cause, which quotes what lies in the file.
    throw new DataFolderError(damaged);
  }
}
