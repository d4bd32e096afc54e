import { hashPair } from './hash.ts';
import { addWeightedRows } from './weighted-rows.ts';

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

  /** The product of one of them with another vector. */
  product(one: number, vector: Float64Array): number {
    const { values } = this;
    const start = one * SIZE;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let index = 0; index < SIZE; index += 4) {
      const place = start + index;
      a += (values[place] ?? 0) * (vector[index] ?? 0);
      b += (values[place + 1] ?? 0) * (vector[index + 1] ?? 0);
      c += (values[place + 2] ?? 0) * (vector[index + 2] ?? 0);
      d += (values[place + 3] ?? 0) * (vector[index + 3] ?? 0);
    }
    return a + b + (c + d);
  }

  /** Adds one of them, times `weight`, to a sum. */
  addTo(sum: Float64Array, vector: number, weight: number): void {
    const { values } = this;
    const start = vector * SIZE;
    for (let index = 0; index < SIZE; index += 4) {
      const place = start + index;
      sum[index] = (sum[index] ?? 0) + weight * (values[place] ?? 0);
      sum[index + 1] = (sum[index + 1] ?? 0) + weight * (values[place + 1] ?? 0);
      sum[index + 2] = (sum[index + 2] ?? 0) + weight * (values[place + 2] ?? 0);
      sum[index + 3] = (sum[index + 3] ?? 0) + weight * (values[place + 3] ?? 0);
    }
  }

  /** Adds the first `count` of these vectors, each times its weight, to a sum. */
  addAllTo(sum: Float64Array, vectors: Int32Array, weights: Float64Array, count: number): void {
    addWeightedRows(sum, this.values, SIZE, vectors, weights, count);
  }

  /** Moves one of them along `weight` times the slopes. @param steepness the mean of the slopes' squares. */
  move(
    vector: number,
    slopes: Float64Array,
    weight: number,
    rate: number,
    steepness: number,
  ): void {
    const { values, moves } = this;
    const moved = (moves[vector] ?? 0) + steepness * weight * weight;
    moves[vector] = moved;
    const step = (rate * weight) / Math.sqrt(moved);
    const start = vector * SIZE;
    for (let index = 0; index < SIZE; index += 4) {
      const place = start + index;
      values[place] = (values[place] ?? 0) + step * (slopes[index] ?? 0);
      values[place + 1] = (values[place + 1] ?? 0) + step * (slopes[index + 1] ?? 0);
      values[place + 2] = (values[place + 2] ?? 0) + step * (slopes[index + 2] ?? 0);
      values[place + 3] = (values[place + 3] ?? 0) + step * (slopes[index + 3] ?? 0);
    }
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
