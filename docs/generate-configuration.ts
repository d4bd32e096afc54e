import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configurationSchema } from './configuration-schema.ts';

/**
 * Writes docs/configuration.schema.json of the schema that the configuration is checked with, in the words of
 * docs/configuration.md. With `--check` nothing is written; one that is not up to date ends with the code 1.
 */

const SCHEMA = join(import.meta.dirname, 'configuration.schema.json');

const page = readFileSync(join(import.meta.dirname, 'configuration.md'), 'utf8');
const meanings = [...page.matchAll(/^\| `([^`]+)` \| .+ \| (.+?) \|$/gm)].map(
  ([, field = '', meaning = '']) => [field, plain(meaning)] as const,
);
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const text = `${JSON.stringify(configurationSchema(new Map(meanings)), null, 2)}\n`;
if (!values.check) writeFileSync(SCHEMA, text);
else if (readFileSync(SCHEMA, 'utf8') !== text) {
  console.error('docs/configuration.schema.json is not up to date: run `npm run docs`.');
  process.exitCode = 1;
}

/** Without links and backticks: editors show it as it is. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll('`', '');
}
