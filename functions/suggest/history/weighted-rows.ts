/** Numbers of a row that are summed up at once. */
const PART = 8;

/**
 * Adds rows of a table, each times its weight, to sums: where most of learning and ranking goes.
 *
 * @param sums one for each number of a row.
 * @param values the table: rows of `width` numbers, end to end.
 * @param rows the first `count` are the numbers of rows, from 0 on, and `weights` what each is multiplied by.
 */
export function addWeightedRows(
  sums: Float64Array,
  values: Float32Array,
  width: number,
  rows: Int32Array,
  weights: Float64Array,
  count: number,
): void {
  // A few numbers of all rows after the other: their sums need not be fetched and stored for each row.
  let part = 0;
  for (; part + PART <= width; part += PART) {
    let a = sums[part] ?? 0;
    let b = sums[part + 1] ?? 0;
    let c = sums[part + 2] ?? 0;
    let d = sums[part + 3] ?? 0;
    let e = sums[part + 4] ?? 0;
    let f = sums[part + 5] ?? 0;
    let g = sums[part + 6] ?? 0;
    let h = sums[part + 7] ?? 0;
    for (let index = 0; index < count; index++) {
      const place = (rows[index] ?? 0) * width + part;
      const weight = weights[index] ?? 0;
      a += weight * (values[place] ?? 0);
      b += weight * (values[place + 1] ?? 0);
      c += weight * (values[place + 2] ?? 0);
      d += weight * (values[place + 3] ?? 0);
      e += weight * (values[place + 4] ?? 0);
      f += weight * (values[place + 5] ?? 0);
      g += weight * (values[place + 6] ?? 0);
      h += weight * (values[place + 7] ?? 0);
    }
    sums[part] = a;
    sums[part + 1] = b;
    sums[part + 2] = c;
    sums[part + 3] = d;
    sums[part + 4] = e;
    sums[part + 5] = f;
    sums[part + 6] = g;
    sums[part + 7] = h;
  }
  for (; part < width; part++) {
    let sum = sums[part] ?? 0;
    for (let index = 0; index < count; index++) {
      sum += (weights[index] ?? 0) * (values[(rows[index] ?? 0) * width + part] ?? 0);
    }
    sums[part] = sum;
  }
}
