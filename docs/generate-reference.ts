import { join } from 'node:path';
import { openApiDocument } from '../functions/handlers/http/openapi.ts';
import { referencePage } from './reference-page.ts';
import { writeOrCheck } from './written-file.ts';

/** Writes docs/reference.md from the OpenAPI document. With `--check` nothing is written; a page that is not up to date ends with the code 1. */

const PAGE = join(import.meta.dirname, 'reference.md');

writeOrCheck(PAGE, referencePage(JSON.parse(JSON.stringify(openApiDocument))));
