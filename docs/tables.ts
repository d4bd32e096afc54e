/** Tables of a page whose facts are written by a program and whose last column is written by people. */

export interface FactTable {
  /** Of the section that has the table. */
  readonly heading: string;
  /** The cells after the first one, by the name that stands in the first one. */
  readonly facts: ReadonlyMap<string, readonly string[]>;
}

const ROW = /^\| `([^`]+)` \|.*\|$/;

/**
 * The page with one row for each fact, in order, and no others. A row keeps its last cell, which is a person's; that of a
 * new row is empty.
 *
 * @throws Error when the page has no such section, or no table in it.
 */
export function withFacts(page: string, { heading, facts }: FactTable): string {
  const lines = page.split('\n');
  const section = lines.indexOf(`## ${heading}`);
  const rule = lines.findIndex((line, index) => index > section && line.startsWith('| ---'));
  if (section === -1 || rule === -1) throw new Error(`The page has no table under “${heading}”`);
  const next = lines.findIndex((line, index) => index > rule && !line.startsWith('|'));
  const end = next === -1 ? lines.length : next;
  const written = new Map(
    lines.slice(rule + 1, end).map((line) => {
      const name = ROW.exec(line)?.[1] ?? line;
      return [name, line.slice(0, -2).split(' | ').at(-1)?.trim() ?? ''];
    }),
  );
  const rows = [...facts].map(
    ([name, cells]) => `| ${[`\`${name}\``, ...cells, written.get(name) ?? ''].join(' | ')} |`,
  );
  return [...lines.slice(0, rule + 1), ...rows, ...lines.slice(end)].join('\n');
}

/** The first cells of rows whose last one nobody has written yet. */
export function unwritten(page: string): readonly string[] {
  return page
    .split('\n')
    .filter((line) => /\| +\|$/.test(line))
    .flatMap((line) => ROW.exec(line)?.[1] ?? []);
}
