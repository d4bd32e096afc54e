import { Numbering } from './numbering.ts';
import { softmax } from './softmax.ts';
import { StepMaker } from './steps.ts';
import { addWeightedRows, WeightedRows } from './weighted-rows.ts';

/** A first step this wide, for features rarely seen, ever smaller for those seen often. */
const RATE = 8;
const SLOWING = 0.35;
/** Smaller steps are taken seldom, and then as wide as this. */
const SMALLEST_STEP = 0.02;

/** Hashed features: the first `count` of the values. */
export interface FeatureList {
  readonly values: Int32Array;
  readonly count: number;
}

/** A linear softmax over hashed features, learnt row by row; features whose hashes meet share their weights. */
export class LinearModel {
  private width: number;
  private readonly numbers: Numbering;
  /** As many as there may be at once: the system gives memory where something is written. */
  private weights: Float32Array;
  private readonly seen: Uint32Array;
  /** The features of the row that was looked at last. */
  private readonly found = new WeightedRows();
  private readonly steps = new StepMaker(SMALLEST_STEP);

  /** @param rows of weights: a power of two. */
  constructor(rows: number, categories: number) {
    this.numbers = new Numbering(rows);
    this.width = Math.max(categories, 8);
    // Numbers begin at 1.
    this.seen = new Uint32Array(rows + 1);
    this.weights = new Float32Array((rows + 1) * this.width);
  }

  /** Fills the first `categories` of `shares` with the chance of each. */
  predict(features: FeatureList, shares: Float64Array, categories: number): void {
    const { numbers, found, weights, width } = this;
    const share = 1 / Math.sqrt(features.count);
    found.count = 0;
    for (let index = 0; index < features.count; index++) {
      const row = numbers.find(features.values[index] ?? 0);
      // Of those never seen all weights are 0.
      if (row > 0) found.add(row, share);
    }
    shares.fill(0, 0, categories);
    addWeightedRows(shares, Math.min(categories, width), weights, width, found);
    softmax(shares, categories);
  }

  /** One step towards the category. @param shares what `predict` gave for these features. */
  learn(features: FeatureList, shares: Float64Array, categories: number, chosen: number): void {
    if (categories > this.width) this.widen(categories);
    const { width, numbers, seen, weights } = this;
    const { rows: moved, weights: sizes, count } = this.steps.make(shares, categories, chosen);
    const share = RATE / Math.sqrt(features.count);
    for (let index = 0; index < features.count; index++) {
      const row = numbers.give(features.values[index] ?? 0);
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

  private widen(categories: number): void {
    const { weights, width, seen } = this;
    this.width = Math.max(categories, width * 2);
    this.weights = new Float32Array(seen.length * this.width);
    for (let row = 1; (seen[row] ?? 0) > 0; row++) {
      this.weights.set(weights.subarray(row * width, (row + 1) * width), row * this.width);
    }
  }
}

const TABLED = 4096;
const SLOWED = Float64Array.from({ length: TABLED }, (_, times) => Math.max(1, times) ** -SLOWING);

function slowed(times: number): number {
  return times < TABLED ? (SLOWED[times] ?? 0) : times ** -SLOWING;
}
