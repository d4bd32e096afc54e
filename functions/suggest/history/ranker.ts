import { SIGNALS } from './signals.ts';
import { addWeightedRows, WeightedRows } from './weighted-rows.ts';

/** A layer of a network: `outputs` rows of `inputs` weights, and what each output starts from. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** Two hidden layers and, past them, a straight way from the signals to the score. */
export interface RankerWeights {
  readonly first: Layer;
  readonly second: Layer;
  readonly last: Layer;
  readonly straight: Float32Array;
}

/**
 * Scores a category by its signals: the same network for every category of every budget. Most signals of a row are the
 * same for most of its categories, so what the last one shows is weighed once, and of the others what is different.
 */
export class Ranker {
  private readonly straight: Float32Array;
  private readonly last: Layer;
  private readonly first: Pass;
  private readonly second: Pass;

  constructor({ first, second, last, straight }: RankerWeights) {
    this.straight = straight;
    this.last = last;
    this.first = new Pass(first);
    this.second = new Pass(second);
  }

  /** Fills `scores` with one score for each of `count` categories whose signals lie one after the other. */
  score(signals: Float32Array, count: number, scores: Float64Array): void {
    if (count === 0) return;
    const { first, second, straight } = this;
    const { inputs } = first;
    const { rows, weights } = inputs;
    const common = (count - 1) * SIGNALS;
    let changed = 0;
    let straightOfCommon = this.last.biases[0] ?? 0;
    for (let place = 0; place < SIGNALS; place++) {
      const signal = signals[common + place] ?? 0;
      if (signal === 0) continue;
      rows[changed] = place;
      weights[changed++] = signal;
      straightOfCommon += (straight[place] ?? 0) * signal;
    }
    inputs.count = changed;
    first.setBase();
    for (let index = 0; index < count; index++) {
      const start = index * SIGNALS;
      let score = straightOfCommon;
      changed = 0;
      for (let place = 0; place < SIGNALS; place++) {
        const difference = (signals[start + place] ?? 0) - (signals[common + place] ?? 0);
        if (difference === 0) continue;
        rows[changed] = place;
        weights[changed++] = difference;
        score += (straight[place] ?? 0) * difference;
      }
      inputs.count = changed;
      first.add();
      scores[index] = score + this.through(first.sums, second);
    }
  }

  /** What the second hidden layer makes of the first, for the score. */
  private through(sums: Float64Array, second: Pass): number {
    const { inputs } = second;
    const { rows, weights } = inputs;
    let count = 0;
    for (let place = 0; place < sums.length; place++) {
      const value = sums[place] ?? 0;
      rows[count] = place;
      weights[count] = value;
      count += Number(value > 0);
    }
    inputs.count = count;
    second.add();
    const { weights: last } = this.last;
    let score = 0;
    for (let place = 0; place < second.sums.length; place++) {
      score += (last[place] ?? 0) * Math.max(0, second.sums[place] ?? 0);
    }
    return score;
  }
}

/** A layer with the weights of each input side by side: inputs that are zero cost nothing. */
class Pass {
  /** Each that is not zero, or what it differs by. */
  readonly inputs: WeightedRows;
  readonly sums: Float64Array;
  private readonly biases: Float64Array;
  private readonly base: Float64Array;
  private readonly weights: Float32Array;

  constructor({ inputs, outputs, weights, biases }: Layer) {
    this.inputs = new WeightedRows(inputs);
    this.sums = new Float64Array(outputs);
    this.base = Float64Array.from(biases);
    this.biases = Float64Array.from(biases);
    this.weights = new Float32Array(inputs * outputs);
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) {
        this.weights[input * outputs + output] = weights[output * inputs + input] ?? 0;
      }
    }
  }

  /** Sums from here on begin with these inputs. */
  setBase(): void {
    this.base.set(this.biases);
    this.add();
    this.base.set(this.sums);
  }

  /** Fills `sums` with the base and more inputs. */
  add(): void {
    const { inputs, sums, base, weights } = this;
    sums.set(base);
    addWeightedRows(sums, sums.length, weights, sums.length, inputs);
  }
}
