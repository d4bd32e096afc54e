import { renameSync, writeFileSync } from 'node:fs';

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
