import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';
import { openApiDocument } from '../functions/handlers/http/openapi.ts';

/**
 * `npm run client`: writes client/schema.ts, the types of every call, from the OpenAPI document. With `--check` nothing
 * is written, and a file that is not up to date ends with the code 1.
 */

const FILE = join(import.meta.dirname, '../client/schema.ts');
const HEADER =
  '/** Written by `npm run client` from the OpenAPI document, with openapi-typescript; do not edit. */\n\n';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
// As a reader of the published document has it: what the code knows beyond its JSON is no part of it.
const document = JSON.stringify(openApiDocument);
const types = await openapiTS(document, {
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
});
const text = HEADER + astToString(types);
if (!values.check) writeFileSync(FILE, text);
else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) {
  console.error('client/schema.ts is not up to date: run `npm run client`.');
  process.exitCode = 1;
}
