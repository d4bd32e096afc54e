import { ConfidenceModel } from './confidence.ts';
import { ContextCounts } from './context-counts.ts';
import { type Features, featuresOf, PAYEE_CONTEXTS } from './features.ts';
import { Mixer } from './mixer.ts';
import { PieceModel } from './piece-model.ts';
import type { Row } from './row.ts';

/** Categories of a row, best first, with the chance that each is right. */
export interface Ranking {
  readonly categories: readonly RankedCategory[];
  /** False when no row before it had its payee or a text like it. */
  readonly payeeKnown: boolean;
}

export interface RankedCategory {
  readonly category: string;
  /** 0..1 */
  readonly confidence: number;
}

/**
 * Rows wait this long before they count, while the weights are learnt: in a budget, too, the categories of the last
 * days are not there yet when the next proposals are made.
 */
const DELAY_DAYS = 12;
const RANKED = 3;
const KEEP = 0.9;

/** Learns categories row by row, oldest first, and ranks them for rows that have none. */
export class Learner {
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly counts = new ContextCounts(KEEP);
  private readonly pieces = new PieceModel(0);
  private readonly mixer = new Mixer(this.counts);
  private readonly confidence = new ConfidenceModel();
  private readonly waiting: { readonly day: number; features: Features; category: number }[] = [];
  private firstWaiting = 0;
  private pieceScores = new Float64Array(0);
  private pieceShares = new Float64Array(0);
  private shares = new Float64Array(0);

  learn(row: Row, categoryName: string): void {
    const category = this.numberOf(categoryName);
    const features = featuresOf(row);
    this.absorb(row.day - DELAY_DAYS);
    const slots = this.expect(features);
    this.confidence.learn(features, this.top(RANKED), this.shares, category);
    this.mixer.learn(slots, this.pieceScores, this.shares, category);
    this.waiting.push({ day: row.day, features, category });
  }

  propose(row: Row, allowed: (category: string) => boolean = () => true): Ranking {
    this.absorb(Number.POSITIVE_INFINITY);
    const features = featuresOf(row);
    const slots = this.expect(features);
    const top = this.top(RANKED, allowed);
    const sure = this.confidence.of(features, top, this.shares);
    return {
      categories: top.map((category, index) => ({
        category: this.names[category] ?? '',
        confidence:
          index === 0 ? sure : Math.min(this.shares[category] ?? 0, sure, (1 - sure) / index),
      })),
      payeeKnown: slots.subarray(0, PAYEE_CONTEXTS).some((slot) => slot >= 0),
    };
  }

  /** Lets the rows up to that day count. */
  private absorb(day: number): void {
    for (; this.firstWaiting < this.waiting.length; this.firstWaiting++) {
      const next = this.waiting[this.firstWaiting];
      if (next === undefined || next.day > day) break;
      this.count(next.features, next.category);
    }
    if (this.firstWaiting === this.waiting.length) {
      this.waiting.length = 0;
      this.firstWaiting = 0;
    }
  }

  private count(features: Features, category: number): void {
    const categories = this.names.length;
    this.pieces.score(features.pieces, this.pieceScores, categories);
    softmax(this.pieceScores, this.pieceShares, categories);
    this.pieces.learn(features.pieces, this.pieceShares, categories, category);
    for (const key of features.contexts) if (key !== 0) this.counts.add(key, category);
  }

  /** Fills `shares` with the chance of each category. @returns where the row's contexts are counted. */
  private expect(features: Features): Int32Array {
    const categories = this.names.length;
    const slots = features.contexts.map((key) => (key === 0 ? -1 : this.counts.find(key)));
    this.pieces.score(features.pieces, this.pieceScores, categories);
    this.mixer.score(slots, this.pieceScores, this.shares, categories);
    softmax(this.shares, this.shares, categories);
    return slots;
  }

  private top(
    wanted: number,
    allowed: (category: string) => boolean = () => true,
  ): readonly number[] {
    const best: number[] = [];
    for (let category = 0; category < this.names.length; category++) {
      const share = this.shares[category] ?? 0;
      if (best.length === wanted && share <= (this.shares[best[wanted - 1] ?? 0] ?? 0)) continue;
      if (!allowed(this.names[category] ?? '')) continue;
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
