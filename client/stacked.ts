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
