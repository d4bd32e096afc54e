import { ConfidenceModel } from './confidence.ts';
import { ContextCounts } from './context-counts.ts';
import { type Features, featuresOf, PAYEE_CONTEXTS } from './features.ts';
import { indirectKeys } from './indirect.ts';
import { Mixer } from './mixer.ts';
import { PieceModel } from './piece-model.ts';
import type { Row } from './row.ts';

/** Categories of a row, best first, with the chance that each is right. */
export interface Ranking {
  readonly categories: readonly RankedCategory[];
  /** Whether the first category was seen with this payee or one like it. */
  readonly payeeKnown: boolean;
}

export interface RankedCategory {
  readonly category: string;
  /** 0..1 */
  readonly confidence: number;
}

const RANKED = 3;
const KEEP = 0.9;
const SUREST_WITHOUT_EVIDENCE = 0.6;

/** Learns categories row by row, oldest first, and ranks them for rows that have none. */
export class Learner {
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly counts = new ContextCounts(KEEP);
  private readonly pieces = new PieceModel(0);
  private readonly mixer = new Mixer(this.counts);
  private readonly confidence = new ConfidenceModel();
  private pieceScores = new Float64Array(0);
  private pieceShares = new Float64Array(0);
  private shares = new Float64Array(0);

  /** @param categories those that may be proposed, as far as they are known beforehand. */
  constructor(categories: readonly string[] = []) {
    for (const category of categories) this.numberOf(category);
  }

  learn(row: Row, categoryName: string): void {
    const category = this.numberOf(categoryName);
    const features = featuresOf(row);
    const keys = this.keysOf(features);
    const slots = this.slotsOf(keys);
    this.expect(features, slots);
    this.confidence.learn(features, this.top(RANKED), this.shares, category);
    this.mixer.learn(slots, this.pieceScores, this.shares, category);
    softmax(this.pieceScores, this.pieceShares, this.names.length);
    this.pieces.learn(features.pieces, this.pieceShares, this.names.length, category);
    for (const key of keys) if (key !== 0) this.counts.add(key, category);
  }

  /** @param allowed false for categories that must not come up for this row. */
  propose(row: Row, allowed: (category: string) => boolean = () => true): Ranking {
    const features = featuresOf(row);
    const slots = this.slotsOf(this.keysOf(features));
    this.expect(features, slots);
    this.leaveOut(allowed);
    const top = this.top(RANKED);
    const best = top[0] ?? -1;
    const evidence = this.evidence(slots, best);
    const sure = Math.min(this.confidence.of(features, top, this.shares), surestAfter(evidence));
    const firstShare = this.shares[best] ?? 0;
    // Those behind the first share what is left of it, and never more than they had.
    const left = firstShare < sure ? (1 - sure) / (1 - firstShare) : 1;
    return {
      categories: top.map((category, index) => ({
        category: this.names[category] ?? '',
        confidence: index === 0 ? sure : Math.min(sure, (this.shares[category] ?? 0) * left),
      })),
      payeeKnown: evidence > 0,
    };
  }

  /** Gives the chances of categories that are not allowed to the others. */
  private leaveOut(allowed: (category: string) => boolean): void {
    let left = 0;
    for (const [category, name] of this.names.entries()) {
      if (!allowed(name)) this.shares[category] = 0;
      left += this.shares[category] ?? 0;
    }
    if (left === 0) return;
    for (const category of this.names.keys()) {
      this.shares[category] = (this.shares[category] ?? 0) / left;
    }
  }

  private keysOf(features: Features): Int32Array {
    const direct = this.slotsOf(features.contexts);
    const indirect = indirectKeys(features, (context) => this.counts.usual(direct[context] ?? -1));
    return Int32Array.of(...features.contexts, ...indirect);
  }

  /** Where contexts are counted; -1 for those that no row was in. */
  private slotsOf(keys: Int32Array): Int32Array {
    return keys.map((key) => (key === 0 ? -1 : this.counts.find(key)));
  }

  /** Fills `shares` with the chance of each category. */
  private expect(features: Features, slots: Int32Array): void {
    const categories = this.names.length;
    this.pieces.score(features.pieces, this.pieceScores, categories);
    this.mixer.score(slots, this.pieceScores, this.shares, categories);
    softmax(this.shares, this.shares, categories);
  }

  /** How often the category was seen with this payee or one like it, the recent times counting most. */
  private evidence(slots: Int32Array, category: number): number {
    let most = 0;
    for (const slot of slots.subarray(0, PAYEE_CONTEXTS))
      most = Math.max(most, this.counts.countOf(slot, category));
    return most;
  }

  private top(wanted: number): readonly number[] {
    const best: number[] = [];
    for (let category = 0; category < this.names.length; category++) {
      const share = this.shares[category] ?? 0;
      if (best.length === wanted && share <= (this.shares[best[wanted - 1] ?? 0] ?? 0)) continue;
      if (share === 0) continue;
      let place = best.length;
      while (place > 0 && (this.shares[best[place - 1] ?? 0] ?? 0) < share) place--;
      best.splice(place, 0, category);
      if (best.length > wanted) best.pop();
    }
    return best;
  }

  private numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.names.push(name) - 1;
    this.numbers.set(name, number);
    if (number >= this.shares.length) {
      const room = Math.max(8, this.shares.length * 2);
      this.pieceScores = new Float64Array(room);
      this.pieceShares = new Float64Array(room);
      this.shares = new Float64Array(room);
    }
    return number;
  }
}

/** The surest that one may be of a category seen so many times: 0.8 after once, 0.93 after three times. */
function surestAfter(times: number): number {
  return times === 0 ? SUREST_WITHOUT_EVIDENCE : 1 - 0.2 / Math.max(0.5, times);
}

/** Scores into shares that add up to one; both arrays may be the same. */
function softmax(scores: Float64Array, shares: Float64Array, categories: number): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < categories; index++) {
    highest = Math.max(highest, scores[index] ?? 0);
  }
  let sum = 0;
  for (let index = 0; index < categories; index++) {
    const share = Math.exp((scores[index] ?? 0) - highest);
    shares[index] = share;
    sum += share;
  }
  for (let index = 0; index < categories; index++) shares[index] = (shares[index] ?? 0) / sum;
}
