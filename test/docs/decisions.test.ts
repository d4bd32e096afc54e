import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowsOf } from './markdown.ts';

/** The index of the decisions names each, in order, by its title. */

const FOLDER = join(import.meta.dirname, '../../docs/decisions');
const files = globSync('[0-9]*.md', { cwd: FOLDER }).sort();
const index = rowsOf(readFileSync(join(FOLDER, 'README.md'), 'utf8'));

describe('the decisions', () => {
  it('are all in the index, in the order of their numbers', () => {
    const listed = [...index.keys()].filter((cell) => cell.startsWith('['));
    expect(listed).toEqual(files.map((file) => `[${file.slice(0, 4)}](${file})`));
  });

  it.each(files)('%s has a number of its own', (file) => {
    expect(files.filter((other) => other.startsWith(file.slice(0, 4)))).toEqual([file]);
  });

  it.each(files)('%s has its title in the index, and says what was decided and why', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const [title] = index.get(`[${file.slice(0, 4)}](${file})`) ?? [];
    expect(text.split('\n')[0]).toBe(`# ${title}`);
    expect(text).toContain('**Decided.**');
  });
});
