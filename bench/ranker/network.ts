import type { WrittenRanker } from '../../functions/suggest/history/ranker-weights.ts';
import type { Example } from './examples.ts';

/** The network that the product's ranker runs, with what it takes to find its weights. */

const FIRST = 32;
const SECOND = 16;
/** Decimals kept of a weight: more change no proposal. */
const DECIMALS = 4;
/** Signals switched off in a step, so that no weight relies on a single one. */
const DROPPED = 0.1;
const DECAY = 0.03;

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
  }

  /** One step down the slope of a batch's mean loss. Returns that loss. */
  step(batch: readonly Example[], rate: number): number {
    this.slopes.fill(0);
    const kept = Float32Array.from({ length: this.signals }, () =>
      this.random() < DROPPED ? 0 : 1,
    );
    let loss = 0;
    for (const example of batch) loss += this.descend(example, kept, 1 / batch.length);
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

  written(): WrittenRanker {
    const { w1, b1, w2, b2, w3, b3, straight, end } = this.offsets;
    const part = (from: number, to: number) =>
      Array.from(this.weights.subarray(from, to), (weight) => Number(weight.toFixed(DECIMALS)));
    return {
      first: { outputs: FIRST, weights: part(w1, b1), biases: part(b1, w2) },
      second: { outputs: SECOND, weights: part(w2, b2), biases: part(b2, w3) },
      last: { outputs: 1, weights: part(w3, b3), biases: part(b3, straight) },
      straight: part(straight, end),
    };
  }

  /** Adds the slopes of one example. Returns its loss: the surprise at the category that was right. */
  private descend({ signals, count, right }: Example, kept: Float32Array, share: number): number {
    const { weights, slopes, h1, h2, scores } = this;
    const { w1, b1, w2, b2, w3, b3, straight } = this.offsets;
    const inputs = this.signals;
    const shown = new Float64Array(count * inputs);
    for (let index = 0; index < shown.length; index++) {
      shown[index] = (signals[index] ?? 0) * (kept[index % inputs] ?? 0);
    }
    let highest = Number.NEGATIVE_INFINITY;
    for (let one = 0; one < count; one++) {
      const from = one * inputs;
      let score = weights[b3] ?? 0;
      for (let unit = 0; unit < FIRST; unit++) {
        let sum = weights[b1 + unit] ?? 0;
        const row = w1 + unit * inputs;
        for (let input = 0; input < inputs; input++) {
          sum += (weights[row + input] ?? 0) * (shown[from + input] ?? 0);
        }
        h1[one * FIRST + unit] = Math.max(0, sum);
      }
      for (let unit = 0; unit < SECOND; unit++) {
        let sum = weights[b2 + unit] ?? 0;
        const row = w2 + unit * FIRST;
        for (let input = 0; input < FIRST; input++) {
          sum += (weights[row + input] ?? 0) * (h1[one * FIRST + input] ?? 0);
        }
        const value = Math.max(0, sum);
        h2[one * SECOND + unit] = value;
        score += (weights[w3 + unit] ?? 0) * value;
      }
      for (let input = 0; input < inputs; input++) {
        score += (weights[straight + input] ?? 0) * (shown[from + input] ?? 0);
      }
      scores[one] = score;
      highest = Math.max(highest, score);
    }
    let total = 0;
    for (let one = 0; one < count; one++) total += Math.exp((scores[one] ?? 0) - highest);
    const loss = Math.log(total) + highest - (scores[right] ?? 0);
    const back = new Float64Array(FIRST);
    for (let one = 0; one < count; one++) {
      const chance = Math.exp((scores[one] ?? 0) - highest) / total;
      const slope = (chance - (one === right ? 1 : 0)) * share;
      if (Math.abs(slope) < 1e-6 * share) continue;
      const from = one * inputs;
      slopes[b3] = (slopes[b3] ?? 0) + slope;
      for (let input = 0; input < inputs; input++) {
        const place = straight + input;
        slopes[place] = (slopes[place] ?? 0) + slope * (shown[from + input] ?? 0);
      }
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
        if ((h1[one * FIRST + unit] ?? 0) === 0) continue;
        const down = back[unit] ?? 0;
        slopes[b1 + unit] = (slopes[b1 + unit] ?? 0) + down;
        const row = w1 + unit * inputs;
        for (let input = 0; input < inputs; input++) {
          slopes[row + input] = (slopes[row + input] ?? 0) + down * (shown[from + input] ?? 0);
        }
      }
    }
    return loss;
  }
}

/** A number from the normal distribution (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
