import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { editsOf, PLANTED, textWith } from './bugs.ts';

/** Loaded before everything else (`node --import`): plants the bug that PLANTED_BUG names into the product's source. */

const bug = PLANTED.find(({ name }) => name === process.env.PLANTED_BUG);
if (bug === undefined) throw new Error('PLANTED_BUG names no planted bug');

const sources = new Map<string, string>();
for (const edit of editsOf(bug)) {
  const file = new URL(`../../../${edit.file}`, import.meta.url);
  const text = sources.get(file.href) ?? readFileSync(file, 'utf8');
  sources.set(file.href, textWith(edit, text));
}

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const source = sources.get(url);
    return source === undefined ? loaded : { ...loaded, source };
  },
});
