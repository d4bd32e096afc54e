import { softmax } from './softmax.ts';
import { StepMaker } from './steps.ts';

/** A first step this wide, for features rarely seen, ever smaller for those seen often. */
const RATE = 8;
const SLOWING = 0.35;
/** Smaller steps are taken seldom, and then as wide as this. */
const SMALLEST_STEP = 0.02;

/** A linear softmax over hashed features, learnt row by row; features whose hashes meet share their weights. */
export class LinearModel {
  private width: number;
  private readonly rows: number;
  private weights: Float32Array;
  private readonly seen: Uint32Array;
  private starts = new Int32Array(64);
  private readonly steps = new StepMaker(SMALLEST_STEP);

  /** @param rows of weights: a power of two. */
  constructor(rows: number, categories: number) {
    this.rows = rows;
    this.width = Math.max(categories, 8);
    this.weights = new Float32Array(rows * this.width);
    this.seen = new Uint32Array(rows);
  }

  /** Fills the first `categories` of `shares` with the chance of each. */
  predict(features: Int32Array, shares: Float64Array, categories: number): void {
    shares.fill(0, 0, categories);
    const { weights, width } = this;
    const reach = Math.min(categories, width);
    const count = this.startsOf(features);
    const { starts } = this;
    let index = 0;
    // Four rows at a time: most of the work is fetching and storing the sums.
    for (; index + 4 <= count; index += 4) {
      const a = starts[index] ?? 0;
      const b = starts[index + 1] ?? 0;
      const c = starts[index + 2] ?? 0;
      const d = starts[index + 3] ?? 0;
      for (let category = 0; category < reach; category++) {
        shares[category] =
          (shares[category] ?? 0) +
          ((weights[a + category] ?? 0) + (weights[b + category] ?? 0)) +
          ((weights[c + category] ?? 0) + (weights[d + category] ?? 0));
      }
    }
    for (; index < count; index++) {
      const a = starts[index] ?? 0;
      for (let category = 0; category < reach; category++) {
        shares[category] = (shares[category] ?? 0) + (weights[a + category] ?? 0);
      }
    }
    softmax(shares, categories, 1 / Math.sqrt(features.length));
  }

  /** One step towards the category. @param shares what `predict` gave for these features. */
  learn(features: Int32Array, shares: Float64Array, categories: number, chosen: number): void {
    if (categories > this.width) this.widen(categories);
    const { weights, width, rows, seen, steps } = this;
    const count = steps.make(shares, categories, chosen);
    const { categories: moved, sizes } = steps;
    const share = RATE / Math.sqrt(features.length);
    for (let index = 0; index < features.length; index++) {
      const row = (features[index] ?? 0) & (rows - 1);
      const times = (seen[row] ?? 0) + 1;
      seen[row] = times;
      const rate = share * slowed(times);
      const start = row * width;
      for (let place = 0; place < count; place++) {
        const weight = start + (moved[place] ?? 0);
        weights[weight] = (weights[weight] ?? 0) + rate * (sizes[place] ?? 0);
      }
    }
  }

  /** Fills `starts` with where the features' weights begin, but for those never seen: theirs are 0. */
  private startsOf(features: Int32Array): number {
    if (this.starts.length < features.length) this.starts = new Int32Array(features.length * 2);
    let count = 0;
    for (let index = 0; index < features.length; index++) {
      const row = (features[index] ?? 0) & (this.rows - 1);
      if (this.seen[row] !== 0) this.starts[count++] = row * this.width;
    }
    return count;
  }

  private widen(categories: number): void {
    const { weights, width, rows } = this;
    this.width = Math.max(categories, width * 2);
    this.weights = new Float32Array(rows * this.width);
    for (let row = 0; row < rows; row++) {
      this.weights.set(weights.subarray(row * width, (row + 1) * width), row * this.width);
    }
  }
}

const SLOWED = Float64Array.from({ length: 4096 }, (_, times) => Math.max(1, times) ** -SLOWING);

function slowed(times: number): number {
  return SLOWED[times] ?? times ** -SLOWING;
}
