import { describe, expect, it } from 'vitest';
import { SIZE, Vectors } from '../../functions/suggest/history/vectors.ts';
import { WeightedRows } from '../../functions/suggest/history/weighted-rows.ts';

const START = { spread: 0.5, moved: 1 };

function rowsOf(...rows: readonly (readonly [row: number, weight: number])[]): WeightedRows {
  const list = new WeightedRows();
  for (const [row, weight] of rows) list.add(row, weight);
  return list;
}

/** One of them by itself. */
function vectorOf(vectors: Vectors, number: number): readonly number[] {
  return [...vectors.values.subarray(number * SIZE, (number + 1) * SIZE)];
}

describe('vectors', () => {
  it.each([1, 3, 8, 9, 100])('are added %i at once as they are one by one', (count) => {
    const vectors = new Vectors(8, START);
    const list = rowsOf();
    // What a longer list has left behind counts no more.
    for (let row = 0; row < 200; row++) list.add(row % 8, 5);
    list.count = 0;
    const expected = new Array<number>(SIZE).fill(0.1);
    for (let index = 0; index < count; index++) {
      const [row, weight] = [(index * 3) % 8, index / 4 - 1];
      list.add(row, weight);
      for (const [part, number] of vectorOf(vectors, row).entries()) {
        expected[part] = (expected[part] ?? 0) + weight * number;
      }
    }
    const sum = new Float64Array(SIZE).fill(0.1);
    vectors.addTo(sum, list);
    for (const [part, number] of expected.entries()) expect(sum[part]).toBeCloseTo(number, 9);
    expect(new Set(sum).size).toBe(SIZE);
  });

  it('move all at once as they do one by one, one that comes twice among them', () => {
    const chosen = [
      [3, 0.5],
      [0, -1],
      [7, 2],
      [3, 0.25],
      [5, 9],
      [1, 1],
    ] as const;
    const slopes = Float64Array.from({ length: SIZE }, (_, part) => part / SIZE - 0.3);
    const atOnce = new Vectors(8, START);
    atOnce.move(rowsOf(...chosen), slopes, 0.1, 0.2);
    const oneByOne = new Vectors(8, START);
    for (const [row, weight] of chosen) oneByOne.moveOne(row, weight, slopes, 0.1, 0.2);
    for (let number = 0; number < 8; number++) {
      const moved = vectorOf(oneByOne, number).map((value) => expect.closeTo(value, 6));
      expect(vectorOf(atOnce, number)).toEqual(moved);
    }
    expect(vectorOf(atOnce, 5)).not.toEqual(vectorOf(new Vectors(8, START), 5));
  });

  it.each([1, 4, 6])('are weighed by another, %i at once', (count) => {
    const vectors = new Vectors(8, START);
    const other = Float64Array.from({ length: SIZE }, (_, part) => 1 / (part + 1));
    const chosen = Int32Array.of(2, 7, 0, 1, 5, 2, 0, 0);
    const products = new Float64Array(8);
    vectors.products(chosen, count, other, products);
    for (const [index, number] of [...chosen].slice(0, count).entries()) {
      const product = vectorOf(vectors, number).reduce(
        (sum, value, part) => sum + value * (other[part] ?? 0),
        0,
      );
      expect(products[index]).toBeCloseTo(product, 9);
    }
  });
});
