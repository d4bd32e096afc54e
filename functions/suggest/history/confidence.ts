import type { Features } from './features.ts';
import { hashText } from './hash.ts';

const INPUTS = 6;
const RATE = 0.02;
/** How fast a track record forgets. */
const RECORD_RATE = 0.06;
const FIRST_RECORD = 0.7;

/**
 * How sure the first category is: starts from its share and learns how often such shares were right, in this
 * account, with this payee, for this category.
 */
export class ConfidenceModel {
  private readonly weights = Float64Array.of(0, 1, 0, 0, 0, 0);
  private readonly records = new Map<number, number>();
  private readonly inputs = new Float64Array(INPUTS);

  /** The chance (0..1) that the first of `top` is right. */
  of(features: Features, top: readonly number[], shares: Float64Array): number {
    const first = shares[top[0] ?? -1] ?? 0;
    const second = shares[top[1] ?? -1] ?? 0;
    const keys = recordKeys(features, top[0] ?? -1);
    const { inputs } = this;
    inputs[0] = 1;
    inputs[1] = logit(first);
    inputs[2] = Math.min(4, Math.log((first + 1e-3) / (second + 1e-3))) - 2;
    for (const [index, key] of keys.entries()) {
      inputs[3 + index] = logit(this.records.get(key) ?? FIRST_RECORD) - logit(FIRST_RECORD);
    }
    let sum = 0;
    for (let index = 0; index < INPUTS; index++) {
      sum += (this.weights[index] ?? 0) * (inputs[index] ?? 0);
    }
    return 1 / (1 + Math.exp(-sum));
  }

  learn(features: Features, top: readonly number[], shares: Float64Array, chosen: number): void {
    const expected = this.of(features, top, shares);
    const right = top[0] === chosen ? 1 : 0;
    for (let index = 0; index < INPUTS; index++) {
      this.weights[index] =
        (this.weights[index] ?? 0) + RATE * (right - expected) * (this.inputs[index] ?? 0);
    }
    for (const key of recordKeys(features, top[0] ?? -1)) {
      const before = this.records.get(key) ?? FIRST_RECORD;
      this.records.set(key, before + RECORD_RATE * (right - before));
    }
  }
}

function recordKeys(features: Features, category: number): readonly number[] {
  return [features.account ^ 1, hashText(features.payee, 7), category];
}

function logit(chance: number): number {
  const bounded = Math.min(0.999, Math.max(0.001, chance));
  return Math.log(bounded / (1 - bounded));
}
