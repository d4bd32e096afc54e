import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { writeOrCheck } from '../docs/written-file.ts';
import { openApiDocument } from '../functions/handlers/http/openapi.ts';

/**
 * `npm run client`: writes client/schema.ts, the types of every call, from the OpenAPI document. With `--check` nothing
 * is written, and a file that is not up to date ends with the code 1.
 */

const FILE = join(import.meta.dirname, '../client/schema.ts');
const HEADER =
  '/** Written by `npm run client` from the OpenAPI document, with openapi-typescript; do not edit. */\n\n';

// As a reader of the published document has it: what the code knows beyond its JSON is no part of it.
const document = JSON.stringify(openApiDocument);
const types = await openapiTS(document, {
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
});
writeOrCheck(FILE, HEADER + astToString(types), 'npm run client');
