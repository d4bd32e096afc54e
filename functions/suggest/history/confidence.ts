import { CONTEXTS, type Features } from './features.ts';
import { hashPair } from './hash.ts';

/** A small step: what is right in one budget for years must not be forgotten for one odd week. */
const RATE = 0.001;
/** How fast a track record forgets. */
const RECORD_RATE = 0.06;
const FIRST_RECORD = 0.7;
/** What was never seen counts as seen so long ago. */
const LONG_AGO_DAYS = 300;

const SHOP = CONTEXTS.indexOf('shop');
const SHOP_AND_ACCOUNT = CONTEXTS.indexOf('shop+account');
const RECORDS = 6;
const AGES = 2;
const INPUTS = 3 + RECORDS + AGES;

/** How often the first category was right lately, and the day this was last found out. */
interface TrackRecord {
  right: number;
  day: number;
}

/**
 * How sure the first category is: starts from its share and learns how often such shares were right, in this
 * account, in this shop, for this category, and how much that fades with the days since.
 */
export class ConfidenceModel {
  private readonly weights = Float64Array.of(0, 1, ...new Array<number>(INPUTS - 2).fill(0));
  private readonly records = new Map<number, TrackRecord>();
  private readonly inputs = new Float64Array(INPUTS);

  /** The chance (0..1) that the first of `top` is right. */
  of(features: Features, top: readonly number[], shares: Float64Array): number {
    this.look(features, top, shares);
    let sum = 0;
    for (let index = 0; index < INPUTS; index++) {
      sum += (this.weights[index] ?? 0) * (this.inputs[index] ?? 0);
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
      const record = this.records.get(key) ?? { right: FIRST_RECORD, day: features.day };
      record.right += RECORD_RATE * (right - record.right);
      record.day = features.day;
      this.records.set(key, record);
    }
  }

  private look(features: Features, top: readonly number[], shares: Float64Array): void {
    const { inputs, records } = this;
    const first = shares[top[0] ?? -1] ?? 0;
    const second = shares[top[1] ?? -1] ?? 0;
    const keys = recordKeys(features, top[0] ?? -1);
    inputs[0] = 1;
    inputs[1] = logit(first);
    inputs[2] = Math.min(4, Math.log((first + 1e-3) / (second + 1e-3))) - 2;
    for (const [index, key] of keys.entries()) {
      const record = records.get(key);
      inputs[3 + index] = logit(record?.right ?? FIRST_RECORD) - logit(FIRST_RECORD);
      // The first two are the account's and the shop's own records.
      if (index >= AGES) continue;
      const days = record === undefined ? LONG_AGO_DAYS : Math.max(0, features.day - record.day);
      inputs[3 + RECORDS + index] = Math.log(1 + days);
    }
  }
}

function recordKeys({ account, contexts }: Features, category: number): readonly number[] {
  const shop = contexts[SHOP] ?? 0;
  return [
    hashPair(account, 1),
    hashPair(shop, 2),
    hashPair(category, 3),
    hashPair(account, category),
    hashPair(shop, category),
    hashPair(contexts[SHOP_AND_ACCOUNT] ?? 0, 4),
  ];
}

function logit(chance: number): number {
  const bounded = Math.min(0.999, Math.max(0.001, chance));
  return Math.log(bounded / (1 - bounded));
}
