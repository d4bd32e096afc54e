import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fencedIn, sectionsOf } from './markdown.ts';

/** A page that shows changes of files: a section whose heading is a path, with blocks of `diff`, or one block of `ts` for a new file. */

export type FileChange =
  | { readonly path: string; readonly content: string }
  | { readonly path: string; readonly edits: readonly Edit[] };

/** Lines that are there once, and what stands in their place. */
export interface Edit {
  readonly before: string;
  readonly after: string;
}

/** All changes of a page, in its order. */
export function changesOf(page: string): readonly FileChange[] {
  return [...sectionsOf(page)].flatMap(([heading, text]): readonly FileChange[] => {
    const path = /^`([^`]+\/[^`]+|[^`]+\.md)`$/.exec(heading)?.[1];
    if (path === undefined) return [];
    const [content] = fencedIn(text, 'ts');
    if (content !== undefined) return [{ path, content }];
    return [{ path, edits: fencedIn(text, 'diff').map(editOf) }];
  });
}

function editOf(diff: string): Edit {
  const lines = diff.trimEnd().split('\n');
  const kept = (mark: '-' | '+') =>
    lines
      .filter((line) => line === '' || line.startsWith(' ') || line.startsWith(mark))
      .map((line) => line.slice(1))
      .join('\n');
  return { before: kept('-'), after: kept('+') };
}

/** @throws Error naming the file and the lines that are not there, or not once. */
export function make(change: FileChange, folder: string): void {
  const file = join(folder, change.path);
  if ('content' in change) {
    if (existsSync(file)) throw new Error(`${change.path} is there already`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, change.content);
    return;
  }
  const made = change.edits.reduce(
    (text, { before, after }) => {
      const parts = text.split(`${before}\n`);
      if (parts.length === 2) return parts.join(`${after}\n`);
      throw new Error(`${change.path} has these lines ${parts.length - 1} times:\n${before}`);
    },
    readFileSync(file, 'utf8'),
  );
  writeFileSync(file, made);
}
