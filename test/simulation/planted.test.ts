import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editsOf, PLANTED, textWith } from './planted/bugs.ts';

/** That each is found takes minutes: `npm run simulate:planted`. */
describe('the bugs that the simulation has to find', () => {
  it('are at least thirty, each with a name of its own', () => {
    const names = PLANTED.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(30);
  });

  it.each(PLANTED.map((bug) => [bug.name, bug] as const))(
    '%s: its guard is there',
    (_name, bug) => {
      for (const edit of editsOf(bug)) {
        const text = readFileSync(join(import.meta.dirname, '../..', edit.file), 'utf8');
        expect(textWith(edit, text)).not.toBe(text);
      }
    },
  );
});
