import { SIGNALS } from './signals.ts';

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

/** Scores a category by its signals: the same network for every category of every budget. */
export class Ranker {
  private readonly weights: RankerWeights;
  private readonly first: Float32Array;
  private readonly second: Float32Array;

  constructor(weights: RankerWeights) {
    this.weights = weights;
    this.first = new Float32Array(weights.first.outputs);
    this.second = new Float32Array(weights.second.outputs);
  }

  /** Fills `scores` with one score for each of `count` categories whose signals lie one after the other. */
  score(signals: Float32Array, count: number, scores: Float64Array): void {
    const { first, second, last, straight } = this.weights;
    for (let index = 0; index < count; index++) {
      const start = index * SIGNALS;
      pass(first, signals, start, this.first);
      pass(second, this.first, 0, this.second);
      let score = last.biases[0] ?? 0;
      for (let place = 0; place < last.inputs; place++) {
        score += (last.weights[place] ?? 0) * (this.second[place] ?? 0);
      }
      for (let place = 0; place < SIGNALS; place++) {
        score += (straight[place] ?? 0) * (signals[start + place] ?? 0);
      }
      scores[index] = score;
    }
  }
}

/** A hidden layer's outputs, never below 0. */
function pass(
  { inputs, outputs, weights, biases }: Layer,
  from: Float32Array,
  start: number,
  to: Float32Array,
): void {
  for (let output = 0; output < outputs; output++) {
    let sum = biases[output] ?? 0;
    const row = output * inputs;
    for (let input = 0; input < inputs; input++) {
      sum += (weights[row + input] ?? 0) * (from[start + input] ?? 0);
    }
    to[output] = Math.max(0, sum);
  }
}
