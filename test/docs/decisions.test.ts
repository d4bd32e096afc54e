import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowsOf } from './markdown.ts';

/** The index of the decisions names each, in order, by its title. */

const FOLDER = join(import.meta.dirname, '../../docs/decisions');
const files = globSync('[0-9]*.md', { cwd: FOLDER }).sort();
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const index = rowsOf(read('README.md'));

/** As in “This replaces what [0048](0048-….md) says of collecting”. */
const REPLACED = /replaces[^.]*?\]\((\d{4}-[a-z0-9-]+\.md)\)/gi;
const replacements = files.flatMap((later) =>
  [...read(later).matchAll(REPLACED)].map(([, earlier = '']) => ({ later, earlier })),
);

describe('the decisions', () => {
  it('are all in the index, in the order of their numbers', () => {
    const listed = [...index.keys()].filter((cell) => cell.startsWith('['));
    expect(listed).toEqual(files.map((file) => `[${file.slice(0, 4)}](${file})`));
  });

  it.each(files)('%s has a number of its own', (file) => {
    expect(files.filter((other) => other.startsWith(file.slice(0, 4)))).toEqual([file]);
  });

  it.each(files)('%s has its title in the index, and says what was decided and why', (file) => {
    const text = read(file);
    const [title] = index.get(`[${file.slice(0, 4)}](${file})`) ?? [];
    expect(text.split('\n')[0]).toBe(`# ${title}`);
    expect(text).toContain('**Decided.**');
  });

  it.each(replacements)('$earlier says that $later replaces some of it', ({ later, earlier }) => {
    const [before = ''] = read(earlier).split('**Decided.**');
    expect(before).toContain(`[${later.slice(0, 4)}](${later})`);
  });

  it('are found where they replace what others say', () => {
    expect(replacements.length).toBeGreaterThan(4);
    expect(replacements).toContainEqual({
      later: '0056-the-young-generation-stays-small.md',
      earlier: '0048-memory-that-was-freed-is-given-back.md',
    });
  });
});
