import { globSync } from 'node:fs';
import { join } from 'node:path';
import { removeOrCheck, writeOrCheck } from '../docs/written-file.ts';
import { readBaseline } from './report/baseline.ts';
import { pageOf } from './report/page.ts';

/**
 * Writes docs/performance.md and its pictures, from bench/baseline.json. With `--check` nothing is written, and pages that
 * are not up to date end with the code 1.
 */

const DOCS = join(import.meta.dirname, '../docs');
const PICTURES = join(DOCS, 'performance');

const page = pageOf(readBaseline());
writeOrCheck(join(DOCS, 'performance.md'), page.markdown);
for (const [picture, svg] of page.pictures) writeOrCheck(join(PICTURES, picture), svg);
for (const picture of globSync('*', { cwd: PICTURES })) {
  if (!page.pictures.has(picture)) removeOrCheck(join(PICTURES, picture));
}
