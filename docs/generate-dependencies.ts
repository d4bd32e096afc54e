import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dependencyTables } from './dependency-tables.ts';
import { readLockFile, readManifest } from './packages.ts';
import { unwritten, withFacts } from './tables.ts';
import { writeOrCheck } from './written-file.ts';

/**
 * Writes versions, licences and counts into the tables of docs/dependencies.md, with a row for each package that needs
 * one; what stands in its last column is written by hand. With `--check` nothing is written. A page that is not up to
 * date, and a row that says no reason, end with the code 1.
 */

const PAGE = join(import.meta.dirname, 'dependencies.md');

const before = readFileSync(PAGE, 'utf8');
const after = dependencyTables(readManifest(), readLockFile()).reduce(withFacts, before);
writeOrCheck(PAGE, after);
for (const name of unwritten(after)) {
  console.error(`docs/dependencies.md does not say why there is ${name}: fill in its last column.`);
  process.exitCode = 1;
}
