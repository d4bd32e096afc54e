/** So many rows are added up at once. */
const AT_ONCE = 8;

/** Rows of a table, each with what it counts for: the first `count` of both lists. */
export class WeightedRows {
  rows: Int32Array;
  weights: Float64Array;
  count = 0;

  /** @param expected about how many there will be. */
  constructor(expected = 64) {
    const room = Math.ceil(expected / AT_ONCE) * AT_ONCE;
    this.rows = new Int32Array(room);
    this.weights = new Float64Array(room);
  }

  add(row: number, weight: number): void {
    if (this.count >= this.rows.length) this.widen();
    this.rows[this.count] = row;
    this.weights[this.count++] = weight;
  }

  private widen(): void {
    const { rows, weights } = this;
    this.rows = new Int32Array(rows.length * 2);
    this.rows.set(rows);
    this.weights = new Float64Array(weights.length * 2);
    this.weights.set(weights);
  }
}

/**
 * Adds rows of a table, each times its weight, to sums: where most of learning and ranking goes.
 *
 * @param sums of the first `reach` numbers of the rows.
 * @param values the table: rows of `width` numbers, end to end.
 */
export function addWeightedRows(
  sums: Float64Array,
  reach: number,
  values: Float32Array,
  width: number,
  { rows, weights, count }: WeightedRows,
): void {
  // What is behind the last row, up to a multiple of eight, counts for nothing.
  for (let end = count; end % AT_ONCE !== 0; end++) weights[end] = 0;
  // Many at once, so that sums are seldom fetched and stored; `| 0` spares the check that an index is a whole number.
  for (let index = 0; index < count; index += AT_ONCE) {
    const a = (rows[index] ?? 0) * width;
    const b = (rows[index + 1] ?? 0) * width;
    const c = (rows[index + 2] ?? 0) * width;
    const d = (rows[index + 3] ?? 0) * width;
    const e = (rows[index + 4] ?? 0) * width;
    const f = (rows[index + 5] ?? 0) * width;
    const g = (rows[index + 6] ?? 0) * width;
    const h = (rows[index + 7] ?? 0) * width;
    const ofA = weights[index] ?? 0;
    const ofB = weights[index + 1] ?? 0;
    const ofC = weights[index + 2] ?? 0;
    const ofD = weights[index + 3] ?? 0;
    const ofE = weights[index + 4] ?? 0;
    const ofF = weights[index + 5] ?? 0;
    const ofG = weights[index + 6] ?? 0;
    const ofH = weights[index + 7] ?? 0;
    for (let part = 0; part < reach; part++) {
      sums[part] =
        (sums[part] ?? 0) +
        (ofA * (values[(a + part) | 0] ?? 0) + ofB * (values[(b + part) | 0] ?? 0)) +
        (ofC * (values[(c + part) | 0] ?? 0) + ofD * (values[(d + part) | 0] ?? 0)) +
        (ofE * (values[(e + part) | 0] ?? 0) + ofF * (values[(f + part) | 0] ?? 0)) +
        (ofG * (values[(g + part) | 0] ?? 0) + ofH * (values[(h + part) | 0] ?? 0));
    }
  }
}
