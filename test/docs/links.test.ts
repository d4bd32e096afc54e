import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Links between the pages, and from them into the sources, lead somewhere. */

const REPOSITORY = join(import.meta.dirname, '../..');
const PAGES = globSync(['*.md', 'docs/**/*.md', 'local/**/*.md'], { cwd: REPOSITORY });
const read = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8');

/** Code may hold what looks like a link, or like a heading. */
const withoutBlocks = (markdown: string) => markdown.replaceAll(/^```.*?^```/gms, '');
const withoutCode = (markdown: string) => withoutBlocks(markdown).replaceAll(/`[^`]*`/g, '');

/** Targets of the links of a page that stay in the repository. */
function linksOf(markdown: string): readonly string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(markdown: string): readonly string[] {
  const headings = withoutBlocks(markdown).matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('links of the pages', () => {
  it('are found, but for those in code', () => {
    expect(linksOf('[a](b.md#c) `[d](e)` [f](https://g)\n```sh\n[h](i)\n```\n')).toEqual([
      'b.md#c',
    ]);
    expect(anchorsOf('# What a page has\n## `GET /jobs/{jobId}`\n')).toEqual([
      'what-a-page-has',
      'get-jobsjobid',
    ]);
  });

  it.each(PAGES.filter((page) => linksOf(read(page)).length > 0))(
    'of %s lead somewhere',
    (page) => {
      const broken = linksOf(read(page)).filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        if (!existsSync(join(REPOSITORY, file))) return true;
        return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
      });
      expect(broken).toEqual([]);
    },
  );
});
