/** Rows of weights; pieces share one when their hashes meet. */
const ROWS = 1 << 15;
const RATE = 0.7;
const SMALLEST_STEP = 1e-3;

/**
 * A linear softmax over hashed pieces of text, learnt row by row. A piece that was seen often learns slowly, a new
 * one fast.
 */
export class PieceModel {
  private width: number;
  private weights: Float32Array;
  private readonly seen = new Float32Array(ROWS);

  constructor(categories: number) {
    this.width = Math.max(categories, 8);
    this.weights = new Float32Array(ROWS * this.width);
  }

  /** Adds the score of each category to `scores`. */
  score(pieces: Int32Array, scores: Float64Array, categories: number): void {
    scores.fill(0, 0, categories);
    const share = 1 / Math.sqrt(pieces.length);
    const { weights, width } = this;
    const reach = Math.min(categories, width);
    for (const piece of pieces) {
      const start = (piece & (ROWS - 1)) * width;
      for (let category = 0; category < reach; category++) {
        scores[category] = (scores[category] ?? 0) + (weights[start + category] ?? 0);
      }
    }
    for (let category = 0; category < reach; category++) {
      scores[category] = (scores[category] ?? 0) * share;
    }
  }

  /** One step towards the category. @param shares what was expected: a probability for each category. */
  learn(pieces: Int32Array, shares: Float64Array, categories: number, chosen: number): void {
    if (categories > this.width) this.widen(categories);
    const { weights, width, seen } = this;
    const steps: number[] = [];
    const moved: number[] = [];
    for (let category = 0; category < categories; category++) {
      const step = (category === chosen ? 1 : 0) - (shares[category] ?? 0);
      if (Math.abs(step) < SMALLEST_STEP) continue;
      moved.push(category);
      steps.push(step);
    }
    const share = 1 / Math.sqrt(pieces.length);
    for (const piece of pieces) {
      const row = piece & (ROWS - 1);
      const times = (seen[row] ?? 0) + 1;
      seen[row] = times;
      const rate = (RATE * share) / Math.sqrt(Math.sqrt(times));
      const start = row * width;
      for (let index = 0; index < moved.length; index++) {
        const place = start + (moved[index] ?? 0);
        weights[place] = (weights[place] ?? 0) + rate * (steps[index] ?? 0);
      }
    }
  }

  private widen(categories: number): void {
    const before = this.width;
    const { weights } = this;
    this.width = Math.max(categories, before * 2);
    this.weights = new Float32Array(ROWS * this.width);
    for (let row = 0; row < ROWS; row++) {
      this.weights.set(weights.subarray(row * before, (row + 1) * before), row * this.width);
    }
  }
}
