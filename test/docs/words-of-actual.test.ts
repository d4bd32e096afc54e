import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BANK_REFUSALS } from '../../functions/domain/bank-refusals.ts';
import { FAILURES } from '../../functions/domain/failures.ts';

/** What a sentence tells the user to look for in Actual, against the pages of the Actual that comes along. */

const PAGES = join(import.meta.dirname, '../../node_modules/@actual-app/web/build/static/js');

const actual = globSync('index.*.js', { cwd: PAGES })
  .map((file) => readFileSync(join(PAGES, file), 'utf8'))
  .join('\n');

/** Names of buttons in quotation marks, and where they are behind arrows. */
const namesIn = (sentence: string) =>
  [...sentence.matchAll(/"([^"]+)"|→ ([A-Z]\w+(?: sync)?)/g)].map(
    ([, quoted, behind]) => quoted ?? behind ?? '',
  );

const sentences = [
  ...Object.values(FAILURES).map(({ next }) => next),
  ...Object.values(BANK_REFUSALS),
];

/** Actual's own words for it, where they are others. */
const SHOWN: ReadonlyMap<string, string> = new Map([['Advanced', 'Show advanced settings']]);

describe('what a sentence tells the user to choose in Actual', () => {
  it.each([...new Set(sentences.flatMap(namesIn))])('%s is there', (name) => {
    expect(actual.includes(`\`${SHOWN.get(name) ?? name}\``)).toBe(true);
  });
});
