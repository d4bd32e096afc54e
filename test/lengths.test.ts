import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** How long a file may be that a person reads from top to bottom. */
const LINES = 250;

/** Those that are longer, and why each is one file all the same. */
const LONGER: Readonly<Record<string, string>> = {
  'client/schema.ts': 'written by `npm run client`',
  'test/e2e/apply.e2e.test.ts': 'one installation, which takes seconds to start',
  'test/simulation/planted/bugs.ts': 'a list of bugs, which is searched and not read',
};

const REPOSITORY = join(import.meta.dirname, '..');

/** What is installed or built, beside the sources. */
const FOREIGN = ['node_modules', 'cdk.out', 'reports'];

const lengths = globSync('**/*.{ts,mjs}', {
  cwd: REPOSITORY,
  exclude: (path) => FOREIGN.includes(basename(path)) || basename(path).startsWith('.'),
}).map(
  (file) => [file, readFileSync(join(REPOSITORY, file), 'utf8').split('\n').length - 1] as const,
);

describe('a source file', () => {
  it(`has no more than ${LINES} lines, but for those that are named here`, () => {
    expect(lengths.length).toBeGreaterThan(500);
    const long = lengths.filter(([file, lines]) => lines > LINES && LONGER[file] === undefined);
    expect(long).toEqual([]);
  });

  it.each(Object.keys(LONGER))('%s is longer, as is said of it', (file) => {
    expect(new Map(lengths).get(file)).toBeGreaterThan(LINES);
  });
});
