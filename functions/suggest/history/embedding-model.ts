import { hashPair } from './hash.ts';
import { softmax } from './softmax.ts';

/** Numbers that stand for a row. */
const SIZE = 16;
const PIECE_RATE = 0.3;
const CATEGORY_RATE = 0.1;
const SMALLEST_STEP = 2e-3;
/** The first values lie within this of zero; all zeros could never learn. */
const PIECE_SPREAD = 0.25;
const CATEGORY_SPREAD = 0.1;

/**
 * A small network: each hashed piece stands for a few numbers, their sum, bounded, for a row, and each category weighs
 * them. What rows with the same categories have in common moves together, so that it knows a text by what is like it.
 */
export class EmbeddingModel {
  private readonly rows: number;
  private readonly pieces: Float32Array;
  private readonly pieceMoves: Float32Array;
  private categories: Float32Array;
  private categoryMoves: Float32Array;
  private readonly hidden = new Float64Array(SIZE);
  private readonly slopes = new Float64Array(SIZE);

  /** @param rows of pieces: a power of two. */
  constructor(rows: number, categories: number) {
    this.rows = rows;
    this.pieces = spread(rows * SIZE, PIECE_SPREAD);
    this.pieceMoves = new Float32Array(rows).fill(1e-6);
    this.categories = spread(categories * SIZE, CATEGORY_SPREAD);
    this.categoryMoves = new Float32Array(categories * SIZE).fill(1);
  }

  /** Fills the first `categories` of `shares` with the chance of each. */
  predict(pieces: Int32Array, shares: Float64Array, categories: number): void {
    if (categories * SIZE > this.categories.length) this.widen(categories);
    this.look(pieces);
    const { hidden, categories: weights } = this;
    for (let category = 0; category < categories; category++) {
      const start = category * SIZE;
      let score = 0;
      for (let index = 0; index < SIZE; index += 4) {
        score +=
          (weights[start + index] ?? 0) * (hidden[index] ?? 0) +
          (weights[start + index + 1] ?? 0) * (hidden[index + 1] ?? 0) +
          ((weights[start + index + 2] ?? 0) * (hidden[index + 2] ?? 0) +
            (weights[start + index + 3] ?? 0) * (hidden[index + 3] ?? 0));
      }
      shares[category] = score;
    }
    softmax(shares, categories);
  }

  /** One step towards the category, right after `predict`. @param shares what that gave for these pieces. */
  learn(pieces: Int32Array, shares: Float64Array, categories: number, chosen: number): void {
    const { hidden, slopes, categoryMoves } = this;
    const weights = this.categories;
    slopes.fill(0);
    for (let category = 0; category < categories; category++) {
      const step = (category === chosen ? 1 : 0) - (shares[category] ?? 0);
      if (Math.abs(step) < SMALLEST_STEP) continue;
      for (let index = 0; index < SIZE; index++) {
        const place = category * SIZE + index;
        slopes[index] = (slopes[index] ?? 0) + step * (weights[place] ?? 0);
        const slope = step * (hidden[index] ?? 0);
        const moved = (categoryMoves[place] ?? 0) + slope * slope;
        categoryMoves[place] = moved;
        weights[place] = (weights[place] ?? 0) + (CATEGORY_RATE * slope) / Math.sqrt(moved);
      }
    }
    const share = 1 / Math.sqrt(pieces.length);
    let steepness = 0;
    for (let index = 0; index < SIZE; index++) {
      const slope = (slopes[index] ?? 0) * (1 - (hidden[index] ?? 0) ** 2) * share;
      slopes[index] = slope;
      steepness += slope * slope;
    }
    this.movePieces(pieces, steepness / SIZE);
  }

  private movePieces(pieces: Int32Array, steepness: number): void {
    const { rows, slopes, pieceMoves } = this;
    for (let piece = 0; piece < pieces.length; piece++) {
      const row = (pieces[piece] ?? 0) & (rows - 1);
      const moved = (pieceMoves[row] ?? 0) + steepness;
      pieceMoves[row] = moved;
      const rate = PIECE_RATE / Math.sqrt(moved);
      for (let index = 0; index < SIZE; index++) {
        const place = row * SIZE + index;
        this.pieces[place] = (this.pieces[place] ?? 0) + rate * (slopes[index] ?? 0);
      }
    }
  }

  private look(pieces: Int32Array): void {
    const { hidden, rows } = this;
    hidden.fill(0);
    for (let piece = 0; piece < pieces.length; piece++) {
      const start = ((pieces[piece] ?? 0) & (rows - 1)) * SIZE;
      for (let index = 0; index < SIZE; index++) {
        hidden[index] = (hidden[index] ?? 0) + (this.pieces[start + index] ?? 0);
      }
    }
    const share = 1 / Math.sqrt(pieces.length);
    for (let index = 0; index < SIZE; index++) {
      hidden[index] = Math.tanh((hidden[index] ?? 0) * share);
    }
  }

  private widen(categories: number): void {
    const room = Math.max(categories * SIZE, this.categories.length * 2);
    const wide = spread(room, CATEGORY_SPREAD);
    wide.set(this.categories);
    this.categories = wide;
    const moves = new Float32Array(room).fill(1);
    moves.set(this.categoryMoves);
    this.categoryMoves = moves;
  }
}

/** Values within `width` of zero, the same on every machine. */
function spread(count: number, width: number): Float32Array {
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    values[index] = (hashPair(index, 99) / 2 ** 31) * width;
  }
  return values;
}
