import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_CHANGE_PAGE } from './markdown.ts';
import { changesOf, make } from './walkthrough.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

const PAGE = `# A change

### \`a/old.ts\`

It says why.

\`\`\`diff
 first
-second
+2
\`\`\`

### \`a/new.ts\`

\`\`\`ts
export const x = 1;
\`\`\`

### In words alone

\`\`\`diff
-nothing
\`\`\`
`;
const [edit, file] = changesOf(PAGE);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'walkthrough-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a page that shows changes', () => {
  it('has those of the files that its headings name', () => {
    expect(changesOf(PAGE)).toEqual([
      { path: 'a/old.ts', edits: [{ before: 'first\nsecond', after: 'first\n2' }] },
      { path: 'a/new.ts', content: 'export const x = 1;\n' },
    ]);
  });

  it('changes the lines that it shows, and no others', () => {
    const change = {
      path: 'old.ts',
      edits: edit !== undefined && 'edits' in edit ? edit.edits : [],
    };
    writeFileSync(join(folder, 'old.ts'), 'zero\nfirst\nsecond\nsecond\n');
    make(change, folder);
    expect(readFileSync(join(folder, 'old.ts'), 'utf8')).toBe('zero\nfirst\n2\nsecond\n');
  });

  it.each([
    ['gone', 'zero\nfirst\n', '0 times'],
    ['there twice', 'first\nsecond\nfirst\nsecond\n', '2 times'],
  ])('is refused when a line that it shows is %s', (_what, text, times) => {
    const change = { path: 'old.ts', edits: [{ before: 'first\nsecond', after: '2' }] };
    writeFileSync(join(folder, 'old.ts'), text);
    expect(() => make(change, folder)).toThrow(times);
  });

  it('makes a new file with its folders, once', () => {
    if (file === undefined) throw new Error('The page has no file');
    make(file, folder);
    expect(readFileSync(join(folder, 'a/new.ts'), 'utf8')).toBe('export const x = 1;\n');
    expect(() => make(file, folder)).toThrow('a/new.ts is there already');
  });
});

describe('the first change', () => {
  it.each(changesOf(FIRST_CHANGE_PAGE).filter((change) => 'edits' in change))(
    'shows lines of $path that are there',
    (change) => {
      cpSync(join(REPOSITORY, change.path), join(folder, change.path));
      make(change, folder);
    },
  );

  it('says where the types are measured', () => {
    const [, path = '', call = ''] =
      /measured in `([^`]+)`\s\(`(await measure\(')/.exec(FIRST_CHANGE_PAGE) ?? [];
    expect(readFileSync(join(REPOSITORY, path), 'utf8')).toContain(call);
    expect(call).not.toBe('');
  });
});
