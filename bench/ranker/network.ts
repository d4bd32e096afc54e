import {
  WRITTEN_PARTS,
  type WrittenRanker,
} from '../../functions/suggest/history/ranker-weights.ts';
import { softmax } from '../../functions/suggest/history/softmax.ts';
import type { Example } from './examples.ts';

/** The network that the product's ranker runs, with what it takes to find its weights. */

const FIRST = 32;
const SECOND = 16;
/** Signals switched off in a step, so that no weight relies on a single one. */
const DROPPED = 0.05;
const DECAY = 0.03;
/** Slopes smaller than this are not worth the time. */
const SMALLEST_SLOPE = 1e-5;
/** The loss of a category that was found impossible is bounded. */
const SMALLEST_CHANCE = 1e-9;

/** An example, and the chance that each category of its shortlist should get. */
export interface Lesson {
  readonly example: Example;
  readonly wanted: Float32Array;
}

interface Sizes {
  readonly signals: number;
  /** Categories of one row at most. */
  readonly shortlist: number;
}

/** Adam's numbers. */
const MOMENTUM = 0.9;
const SQUARES = 0.999;
const TINY = 1e-8;

export class Network {
  private readonly signals: number;
  private readonly offsets: Readonly<
    Record<'w1' | 'b1' | 'w2' | 'b2' | 'w3' | 'b3' | 'straight' | 'end', number>
  >;
  private readonly weights: Float64Array;
  private readonly slopes: Float64Array;
  private readonly momenta: Float64Array;
  private readonly squares: Float64Array;
  private readonly h1: Float64Array;
  private readonly h2: Float64Array;
  private readonly scores: Float64Array;
  private readonly back = new Float64Array(FIRST);
  /** By signal, 1 or in this step 0. */
  private readonly kept: Float64Array;
  private readonly random: () => number;
  private steps = 0;

  /** @param random gives numbers within 0..1, the same in every run. */
  constructor({ signals, shortlist }: Sizes, random: () => number) {
    this.signals = signals;
    this.random = random;
    const w1 = 0;
    const b1 = w1 + signals * FIRST;
    const w2 = b1 + FIRST;
    const b2 = w2 + FIRST * SECOND;
    const w3 = b2 + SECOND;
    const b3 = w3 + SECOND;
    const straight = b3 + 1;
    const end = straight + signals;
    this.offsets = { w1, b1, w2, b2, w3, b3, straight, end };
    this.weights = new Float64Array(end);
    const start = (from: number, to: number, width: number) => {
      for (let index = from; index < to; index++) this.weights[index] = normal(random) * width;
    };
    start(w1, b1, Math.sqrt(2 / signals));
    start(w2, b2, Math.sqrt(2 / FIRST));
    start(w3, b3, 0.3 * Math.sqrt(2 / SECOND));
    this.slopes = new Float64Array(end);
    this.momenta = new Float64Array(end);
    this.squares = new Float64Array(end);
    this.h1 = new Float64Array(shortlist * FIRST);
    this.h2 = new Float64Array(shortlist * SECOND);
    this.scores = new Float64Array(shortlist);
    this.kept = new Float64Array(signals).fill(1);
  }

  /** One step down the slope of a batch's mean loss. Returns that loss. */
  step(batch: readonly Lesson[], rate: number): number {
    this.slopes.fill(0);
    for (let signal = 0; signal < this.signals; signal++) {
      this.kept[signal] = this.random() < DROPPED ? 0 : 1;
    }
    let loss = 0;
    for (const lesson of batch) loss += this.descend(lesson, 1 / batch.length);
    this.steps++;
    const { weights, slopes, momenta, squares } = this;
    const momentumDue = 1 - MOMENTUM ** this.steps;
    const squaresDue = 1 - SQUARES ** this.steps;
    for (let index = 0; index < weights.length; index++) {
      const slope = slopes[index] ?? 0;
      const momentum = MOMENTUM * (momenta[index] ?? 0) + (1 - MOMENTUM) * slope;
      const square = SQUARES * (squares[index] ?? 0) + (1 - SQUARES) * slope * slope;
      momenta[index] = momentum;
      squares[index] = square;
      const weight = weights[index] ?? 0;
      const move = momentum / momentumDue / (Math.sqrt(square / squaresDue) + TINY);
      weights[index] = weight - rate * (move + DECAY * weight);
    }
    return loss / batch.length;
  }

  /** Fills the first of `chances` with the chance of each category on an example's shortlist. */
  chances(example: Example, chances: Float64Array): void {
    this.kept.fill(1);
    this.score(example);
    chances.set(this.scores.subarray(0, example.count));
    softmax(chances, example.count);
  }

  written(): WrittenRanker {
    const { w1, b1, w2, b2, w3, b3, straight, end } = this.offsets;
    const rounded = (weight: number) => Math.round(weight * WRITTEN_PARTS);
    const part = (from: number, to: number) => Array.from(this.weights.subarray(from, to), rounded);
    // Here the weights of an input lie side by side; there those of an output.
    const weightsOfFirst = Array.from({ length: FIRST * this.signals }, (_, index) => {
      const unit = Math.floor(index / this.signals);
      return rounded(this.weights[w1 + (index % this.signals) * FIRST + unit] ?? 0);
    });
    return {
      first: { outputs: FIRST, weights: weightsOfFirst, biases: part(b1, w2) },
      second: { outputs: SECOND, weights: part(w2, b2), biases: part(b2, w3) },
      last: { outputs: 1, weights: part(w3, b3), biases: part(b3, straight) },
      straight: part(straight, end),
    };
  }

  /** Fills `scores`, and what both hidden layers make of each category. */
  private score({ count, starts, places, sizes }: Example): void {
    const { weights, h1, h2, scores, kept } = this;
    const { w1, b1, w2, b2, w3, b3, straight } = this.offsets;
    for (let one = 0; one < count; one++) {
      const of1 = one * FIRST;
      const of2 = one * SECOND;
      let score = weights[b3] ?? 0;
      for (let unit = 0; unit < FIRST; unit++) h1[of1 + unit] = weights[b1 + unit] ?? 0;
      for (let index = starts[one] ?? 0; index < (starts[one + 1] ?? 0); index++) {
        const place = places[index] ?? 0;
        const size = (sizes[index] ?? 0) * (kept[place] ?? 0);
        if (size === 0) continue;
        const row = w1 + place * FIRST;
        for (let unit = 0; unit < FIRST; unit++) {
          h1[of1 + unit] = (h1[of1 + unit] ?? 0) + size * (weights[row + unit] ?? 0);
        }
        score += (weights[straight + place] ?? 0) * size;
      }
      for (let unit = 0; unit < FIRST; unit++) h1[of1 + unit] = Math.max(0, h1[of1 + unit] ?? 0);
      for (let unit = 0; unit < SECOND; unit++) {
        let sum = weights[b2 + unit] ?? 0;
        const row = w2 + unit * FIRST;
        for (let input = 0; input < FIRST; input++) {
          sum += (weights[row + input] ?? 0) * (h1[of1 + input] ?? 0);
        }
        const value = Math.max(0, sum);
        h2[of2 + unit] = value;
        score += (weights[w3 + unit] ?? 0) * value;
      }
      scores[one] = score;
    }
  }

  /** Adds the slopes of one lesson. Returns its loss: the surprise at what was wanted. */
  private descend({ example, wanted }: Lesson, share: number): number {
    this.score(example);
    const { count, starts, places, sizes } = example;
    const { weights, slopes, h1, h2, scores, back, kept } = this;
    const { w1, b1, w2, b2, w3, b3, straight } = this.offsets;
    softmax(scores, count);
    let loss = 0;
    for (let one = 0; one < count; one++) {
      const chance = scores[one] ?? 0;
      const want = wanted[one] ?? 0;
      if (want > 0) loss -= want * Math.log(Math.max(chance, SMALLEST_CHANCE));
      const slope = (chance - want) * share;
      if (Math.abs(slope) < SMALLEST_SLOPE * share) continue;
      slopes[b3] = (slopes[b3] ?? 0) + slope;
      back.fill(0);
      for (let unit = 0; unit < SECOND; unit++) {
        const value = h2[one * SECOND + unit] ?? 0;
        if (value === 0) continue;
        slopes[w3 + unit] = (slopes[w3 + unit] ?? 0) + slope * value;
        const down = slope * (weights[w3 + unit] ?? 0);
        slopes[b2 + unit] = (slopes[b2 + unit] ?? 0) + down;
        const row = w2 + unit * FIRST;
        for (let input = 0; input < FIRST; input++) {
          slopes[row + input] = (slopes[row + input] ?? 0) + down * (h1[one * FIRST + input] ?? 0);
          back[input] = (back[input] ?? 0) + down * (weights[row + input] ?? 0);
        }
      }
      for (let unit = 0; unit < FIRST; unit++) {
        if ((h1[one * FIRST + unit] ?? 0) === 0) back[unit] = 0;
        slopes[b1 + unit] = (slopes[b1 + unit] ?? 0) + (back[unit] ?? 0);
      }
      for (let index = starts[one] ?? 0; index < (starts[one + 1] ?? 0); index++) {
        const place = places[index] ?? 0;
        const size = (sizes[index] ?? 0) * (kept[place] ?? 0);
        if (size === 0) continue;
        const row = w1 + place * FIRST;
        for (let unit = 0; unit < FIRST; unit++) {
          slopes[row + unit] = (slopes[row + unit] ?? 0) + size * (back[unit] ?? 0);
        }
        slopes[straight + place] = (slopes[straight + place] ?? 0) + slope * size;
      }
    }
    return loss;
  }
}

/** A number from the normal distribution (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
