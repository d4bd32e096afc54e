import type { Layer, RankerWeights } from './ranker.ts';
import weights from './ranker-weights.json' with { type: 'json' };
import { SIGNALS } from './signals.ts';

/** The ranker's weights, as `npm run bench -- train-ranker` found them. */
export function rankerWeights(): RankerWeights {
  return rankerOf(weights);
}

/** Weights are written in ten-thousandths, as whole numbers are shorter: finer ones change no proposal. */
export const WRITTEN_PARTS = 10_000;

interface WrittenLayer {
  readonly outputs: number;
  readonly weights: readonly number[];
  readonly biases: readonly number[];
}

export interface WrittenRanker {
  readonly first: WrittenLayer;
  readonly second: WrittenLayer;
  readonly last: WrittenLayer;
  readonly straight: readonly number[];
}

/** @throws RangeError when the weights are for other signals than there are: they have to be found anew. */
export function rankerOf({ first, second, last, straight }: WrittenRanker): RankerWeights {
  return {
    first: layerOf(first, SIGNALS),
    second: layerOf(second, first.outputs),
    last: layerOf(last, second.outputs),
    straight: columnOf(straight, SIGNALS),
  };
}

function layerOf({ outputs, weights: written, biases }: WrittenLayer, inputs: number): Layer {
  return {
    inputs,
    outputs,
    weights: columnOf(written, inputs * outputs),
    biases: columnOf(biases, outputs),
  };
}

function columnOf(numbers: readonly number[], length: number): Float32Array {
  if (numbers.length !== length) {
    throw new RangeError(`The ranker has ${numbers.length} weights where ${length} belong`);
  }
  return Float32Array.from(numbers, (number) => number / WRITTEN_PARTS);
}
