import { Numbering } from './numbering.ts';
import { softmax } from './softmax.ts';
import { StepMaker } from './steps.ts';

/** A first step this wide, for features rarely seen, ever smaller for those seen often. */
const RATE = 8;
const SLOWING = 0.35;
/** Smaller steps are taken seldom, and then as wide as this. */
const SMALLEST_STEP = 0.02;
const FIRST_ROWS = 1 << 10;

/** Hashed features: the first `count` of the values. */
export interface FeatureList {
  readonly values: Int32Array;
  readonly count: number;
}

/** A linear softmax over hashed features, learnt row by row; features whose hashes meet share their weights. */
export class LinearModel {
  private width: number;
  private readonly numbers: Numbering;
  private weights: Float32Array;
  private seen = new Uint32Array(FIRST_ROWS);
  private starts = new Int32Array(64);
  private readonly steps = new StepMaker(SMALLEST_STEP);

  /** @param rows of weights: a power of two. */
  constructor(rows: number, categories: number) {
    this.numbers = new Numbering(rows);
    this.width = Math.max(categories, 8);
    this.weights = new Float32Array(FIRST_ROWS * this.width);
  }

  /** Fills the first `categories` of `shares` with the chance of each. */
  predict(features: FeatureList, shares: Float64Array, categories: number): void {
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
    softmax(shares, categories, 1 / Math.sqrt(features.count));
  }

  /** One step towards the category. @param shares what `predict` gave for these features. */
  learn(features: FeatureList, shares: Float64Array, categories: number, chosen: number): void {
    if (categories > this.width) this.widen(categories);
    const { width, numbers, steps } = this;
    const count = steps.make(shares, categories, chosen);
    const { categories: moved, sizes } = steps;
    const share = RATE / Math.sqrt(features.count);
    for (let index = 0; index < features.count; index++) {
      const row = numbers.give(features.values[index] ?? 0);
      if (row >= this.seen.length) this.lengthen();
      const { seen, weights } = this;
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
  private startsOf(features: FeatureList): number {
    if (this.starts.length < features.count) this.starts = new Int32Array(features.count * 2);
    let count = 0;
    for (let index = 0; index < features.count; index++) {
      const row = this.numbers.find(features.values[index] ?? 0);
      if (row > 0) this.starts[count++] = row * this.width;
    }
    return count;
  }

  private lengthen(): void {
    const { weights, seen } = this;
    this.weights = new Float32Array(weights.length * 2);
    this.weights.set(weights);
    this.seen = new Uint32Array(seen.length * 2);
    this.seen.set(seen);
  }

  private widen(categories: number): void {
    const { weights, width, seen } = this;
    this.width = Math.max(categories, width * 2);
    this.weights = new Float32Array(seen.length * this.width);
    for (let row = 0; row < seen.length; row++) {
      this.weights.set(weights.subarray(row * width, (row + 1) * width), row * this.width);
    }
  }
}

const SLOWED = Float64Array.from({ length: 4096 }, (_, times) => Math.max(1, times) ** -SLOWING);

function slowed(times: number): number {
  return SLOWED[times] ?? times ** -SLOWING;
}
