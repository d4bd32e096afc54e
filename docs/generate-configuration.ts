import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationSchema } from './configuration-schema.ts';
import { writeOrCheck } from './written-file.ts';

/**
 * Writes docs/configuration.schema.json of the schema that the configuration is checked with, in the words of
 * docs/configuration.md. With `--check` nothing is written; one that is not up to date ends with the code 1.
 */

const SCHEMA = join(import.meta.dirname, 'configuration.schema.json');

const page = readFileSync(join(import.meta.dirname, 'configuration.md'), 'utf8');
const meanings = [...page.matchAll(/^\| `([^`]+)` \| .+ \| (.+?) \|$/gm)].map(
  ([, field = '', meaning = '']) => [field, plain(meaning)] as const,
);
writeOrCheck(SCHEMA, `${JSON.stringify(configurationSchema(new Map(meanings)), null, 2)}\n`);

/** Without links and backticks: editors show it as it is. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll('`', '');
}
