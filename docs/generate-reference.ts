import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApiDocument } from '../functions/handlers/http/openapi.ts';
import { referencePage } from './reference-page.ts';

/** Writes docs/reference.md from the OpenAPI document. With `--check` nothing is written; a page that is not up to date ends with the code 1. */

const PAGE = join(import.meta.dirname, 'reference.md');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const text = referencePage(JSON.parse(JSON.stringify(openApiDocument)));
if (!values.check) writeFileSync(PAGE, text);
else if (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== text) {
  console.error('docs/reference.md is not up to date: run `npm run docs`.');
  process.exitCode = 1;
}
