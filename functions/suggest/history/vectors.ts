import { hashPair } from './hash.ts';

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
    this.values = spreadOut(count * SIZE, start.spread);
    this.moves = new Float32Array(count).fill(start.moved);
  }

  /** Makes room for so many vectors. */
  reach(count: number): void {
    const { moves, values } = this;
    if (count <= moves.length) return;
    const room = Math.max(count, moves.length * 2);
    this.values = spreadOut(room * SIZE, this.start.spread);
    this.values.set(values);
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

/** Values that are made once for all budgets: small ones are made of little else. */
const KEPT = 1 << 18;
const kept = new Map<number, Float32Array>();

/** Values within `width` of zero, the same on every machine. */
function spreadOut(count: number, width: number): Float32Array {
  if (count > KEPT) return made(count, width);
  const values = kept.get(width) ?? made(KEPT, width);
  kept.set(width, values);
  return values.slice(0, count);
}

function made(count: number, width: number): Float32Array {
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    values[index] = (hashPair(index, 99) / 2 ** 31) * width;
  }
  return values;
}
