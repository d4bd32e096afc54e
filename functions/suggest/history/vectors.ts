import { hashPair } from './hash.ts';
import { addWeightedRows, type WeightedRows } from './weighted-rows.ts';

/** Numbers of a vector. */
export const SIZE = 64;

export interface Start {
  /** The first values lie within this of zero; all zeros could never learn. */
  readonly spread: number;
  /** What each vector has moved at first: the less, the wider its first steps. */
  readonly moved: number;
}

/** Vectors that are learnt, numbered from 0, as many as are asked for; each moves the less the more it has moved. */
export class Vectors {
  private readonly start: Start;
  /** The vectors, end to end. */
  values: Float32Array;
  private moves: Float32Array;

  constructor(count: number, start: Start) {
    this.start = start;
    this.values = new Float32Array(count * SIZE);
    spreadOut(this.values, 0, start.spread);
    this.moves = new Float32Array(count).fill(start.moved);
  }

  /** Makes room for so many vectors. */
  reach(count: number): void {
    const { moves, values } = this;
    if (count <= moves.length) return;
    const room = Math.max(count, moves.length * 2);
    this.values = new Float32Array(room * SIZE);
    this.values.set(values);
    spreadOut(this.values, moves.length, this.start.spread);
    this.moves = new Float32Array(room).fill(this.start.moved);
    this.moves.set(moves);
  }

  /** Fills the first `count` of `products` with the products of these vectors with another one. */
  products(vectors: Int32Array, count: number, other: Float64Array, products: Float64Array): void {
    const { values } = this;
    for (let index = 0; index < count; index += 4) {
      const a = (vectors[index] ?? 0) * SIZE;
      const b = (vectors[index + 1] ?? 0) * SIZE;
      const c = (vectors[index + 2] ?? 0) * SIZE;
      const d = (vectors[index + 3] ?? 0) * SIZE;
      let sumA = 0;
      let sumB = 0;
      let sumC = 0;
      let sumD = 0;
      for (let part = 0; part < SIZE; part++) {
        const number = other[part] ?? 0;
        sumA += (values[(a + part) | 0] ?? 0) * number;
        sumB += (values[(b + part) | 0] ?? 0) * number;
        sumC += (values[(c + part) | 0] ?? 0) * number;
        sumD += (values[(d + part) | 0] ?? 0) * number;
      }
      products[index] = sumA;
      products[index + 1] = sumB;
      products[index + 2] = sumC;
      products[index + 3] = sumD;
    }
  }

  /** Adds some of them, each times its weight, to a sum. */
  addTo(sum: Float64Array, vectors: WeightedRows): void {
    addWeightedRows(sum, SIZE, this.values, SIZE, vectors);
  }

  /** Moves some of them, each along its weight times the slopes. @param steepness the mean of the slopes' squares. */
  move(
    { rows, weights, count }: WeightedRows,
    slopes: Float64Array,
    rate: number,
    steepness: number,
  ): void {
    const { values } = this;
    let index = 0;
    // Four at a time, so that slopes are seldom fetched.
    for (; index + 4 <= count; index += 4) {
      const a = rows[index] ?? 0;
      const b = rows[index + 1] ?? 0;
      const c = rows[index + 2] ?? 0;
      const d = rows[index + 3] ?? 0;
      const stepA = this.stepOf(a, weights[index] ?? 0, rate, steepness);
      const stepB = this.stepOf(b, weights[index + 1] ?? 0, rate, steepness);
      const stepC = this.stepOf(c, weights[index + 2] ?? 0, rate, steepness);
      const stepD = this.stepOf(d, weights[index + 3] ?? 0, rate, steepness);
      for (let part = 0; part < SIZE; part++) {
        const slope = slopes[part] ?? 0;
        const inA = (a * SIZE + part) | 0;
        const inB = (b * SIZE + part) | 0;
        const inC = (c * SIZE + part) | 0;
        const inD = (d * SIZE + part) | 0;
        values[inA] = (values[inA] ?? 0) + stepA * slope;
        values[inB] = (values[inB] ?? 0) + stepB * slope;
        values[inC] = (values[inC] ?? 0) + stepC * slope;
        values[inD] = (values[inD] ?? 0) + stepD * slope;
      }
    }
    for (; index < count; index++) {
      this.moveOne(rows[index] ?? 0, weights[index] ?? 0, slopes, rate, steepness);
    }
  }

  /** Adds one of them to a sum. */
  addOneTo(sum: Float64Array, vector: number): void {
    const { values } = this;
    const start = vector * SIZE;
    for (let part = 0; part < SIZE; part++) {
      sum[part] = (sum[part] ?? 0) + (values[(start + part) | 0] ?? 0);
    }
  }

  /** Moves one of them. */
  moveOne(
    vector: number,
    weight: number,
    slopes: Float64Array,
    rate: number,
    steepness: number,
  ): void {
    const { values } = this;
    const step = this.stepOf(vector, weight, rate, steepness);
    const start = vector * SIZE;
    for (let part = 0; part < SIZE; part++) {
      const place = (start + part) | 0;
      values[place] = (values[place] ?? 0) + step * (slopes[part] ?? 0);
    }
  }

  /** How far a vector moves along the slopes, which makes it move less from here on. */
  private stepOf(vector: number, weight: number, rate: number, steepness: number): number {
    const moved = (this.moves[vector] ?? 0) + steepness * weight * weight;
    this.moves[vector] = moved;
    return (rate * weight) / Math.sqrt(moved);
  }
}

/** So many vectors begin differently from each other; what begins alike seldom has anything else in common. */
const STARTS = 1 << 12;
const starts = new Map<number, Float32Array>();

/** Fills vectors from number `from` on with values within `spread` of zero, the same on every machine. */
function spreadOut(values: Float32Array, from: number, spread: number): void {
  const start = starts.get(spread) ?? made(STARTS * SIZE, spread);
  starts.set(spread, start);
  for (let place = from * SIZE; place < values.length; ) {
    const offset = place % start.length;
    const length = Math.min(start.length - offset, values.length - place);
    values.set(start.subarray(offset, offset + length), place);
    place += length;
  }
}

function made(count: number, spread: number): Float32Array {
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    values[index] = (hashPair(index, 99) / 2 ** 31) * spread;
  }
  return values;
}
