import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MODEL_PAGE, RUNBOOK_PAGE, WATCHING_PAGE } from './markdown.ts';

/** Who searches the logs for what a page says stands in a line finds that line. */

const FUNCTIONS = join(import.meta.dirname, '../../functions');

/** As a line of the log has it, or a query for it. */
const NAMED = /"message":"([^"]+)"|\bmessage = '([^']+)'/g;

const named = [MODEL_PAGE, RUNBOOK_PAGE, WATCHING_PAGE].flatMap((page) =>
  [...page.matchAll(NAMED)].map(([, inLine, inQuery]) => inLine ?? inQuery ?? ''),
);

const said = globSync('**/*.ts', { cwd: FUNCTIONS }).flatMap((file) =>
  [
    ...readFileSync(join(FUNCTIONS, file), 'utf8').matchAll(
      /\blogger(?:\.\w+|\[\w+\])\('([^']+)'/g,
    ),
  ].map(([, message = '']) => message),
);

it.each([...new Set(named)])('a function says "%s"', (message) => {
  expect(said).toContain(message);
});

it('the pages name lines to look for', () => {
  expect(named.length).toBeGreaterThan(4);
});
