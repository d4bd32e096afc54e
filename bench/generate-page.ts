import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readBaseline } from './report/baseline.ts';
import { pageOf } from './report/page.ts';

/**
 * Writes docs/performance.md and its pictures, from bench/baseline.json. With `--check` nothing is written, and pages that
 * are not up to date end with the code 1.
 */

const DOCS = join(import.meta.dirname, '../docs');
const PICTURES = join(DOCS, 'performance');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const page = pageOf(readBaseline());
const files = new Map([
  [join(DOCS, 'performance.md'), page.markdown],
  ...[...page.pictures].map(([file, svg]) => [join(PICTURES, file), svg] as const),
]);
mkdirSync(PICTURES, { recursive: true });
const left = readdirSync(PICTURES)
  .map((file) => join(PICTURES, file))
  .filter((file) => !files.has(file));

if (values.check) {
  const stale = [...files].filter(([file, content]) => contentOf(file) !== content);
  if (stale.length > 0 || left.length > 0) {
    console.error('docs/performance.md is not up to date: run `npm run docs`.');
    process.exitCode = 1;
  }
} else {
  for (const file of left) rmSync(file);
  for (const [file, content] of files) writeFileSync(file, content);
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
