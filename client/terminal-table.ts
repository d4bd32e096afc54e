/** Where no terminal says how wide it is, or one says 0. */
const WIDTH = 140;

/** How many columns there are to write into. */
export function widthOf({ columns }: { readonly columns?: number | undefined }): number {
  return columns || WIDTH;
}

/** A table that a terminal has no room for: a line for each row, and below it one for its last cell. */
export function stacked(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return [head, ...rows].flatMap((row) => {
    const last = row.at(-1) ?? '';
    return [row.slice(0, -1).join('  '), ...(last === '' ? [] : [`    ${last}`])];
  });
}
