import { type ContextCounts, REMEMBERED } from './context-counts.ts';
import { CONTEXTS, PAYEE_CONTEXTS } from './features.ts';
import { INDIRECT_CONTEXTS } from './indirect.ts';

/** What one context says about a category: how often, what share of its rows, whether it was the last one there. */
const SIGNALS = 3;
const STATES = 18;
const FIRST_WEIGHTS = [0.04, 0.4, 0.1] as const;
/** Accounts and amounts have to earn their weight: in most households they tell little. */
const TRUST_WITHOUT_PAYEE = 0.25;
const PIECES_WEIGHT = 0.7;
const ALL_CONTEXTS = CONTEXTS.length + INDIRECT_CONTEXTS.length;
/** Each weight takes ever smaller steps, the more it has moved already. */
const RATE = 0.006;
const PIECES_RATE = 0.002;

/**
 * Weighs what the contexts say, and the pieces of the text, into a score for each category. Each context has
 * weights of its own for how much it has seen and how much its rows agreed; they are learnt with every row.
 */
export class Mixer {
  private readonly weights: Float32Array;
  private readonly moved = new Float32Array(ALL_CONTEXTS * STATES * SIGNALS).fill(1);
  private piecesWeight = PIECES_WEIGHT;
  private readonly counts: ContextCounts;

  constructor(counts: ContextCounts) {
    this.counts = counts;
    this.weights = new Float32Array(ALL_CONTEXTS * STATES * SIGNALS);
    for (let index = 0; index < this.weights.length; index++) {
      const context = Math.floor(index / (STATES * SIGNALS));
      const trust = context < PAYEE_CONTEXTS ? 1 : TRUST_WITHOUT_PAYEE;
      this.weights[index] = (FIRST_WEIGHTS[index % SIGNALS] ?? 0) * trust;
    }
  }

  /** Turns the scores of the pieces into the scores of all. */
  score(slots: Int32Array, pieces: Float64Array, scores: Float64Array, categories: number): void {
    for (let category = 0; category < categories; category++) {
      scores[category] = (pieces[category] ?? 0) * this.piecesWeight;
    }
    const { counts, weights } = this;
    for (let context = 0; context < slots.length; context++) {
      const slot = slots[context] ?? -1;
      if (slot < 0) continue;
      const total = totalOf(counts, slot);
      const start = (context * STATES + stateOf(counts, slot)) * SIGNALS;
      for (let position = 0; position < REMEMBERED; position++) {
        const category = counts.category(slot, position);
        if (category < 0) break;
        const count = counts.count(slot, position);
        scores[category] =
          (scores[category] ?? 0) +
          (weights[start] ?? 0) * oftenness(count) +
          (weights[start + 1] ?? 0) * (count / total) +
          (position === 0 ? (weights[start + 2] ?? 0) : 0);
      }
    }
  }

  /** One step towards the category. @param shares what was expected: a probability for each category. */
  learn(slots: Int32Array, pieces: Float64Array, shares: Float64Array, chosen: number): void {
    const { counts } = this;
    const error = (category: number) => (category === chosen ? 1 : 0) - (shares[category] ?? 0);
    let pieceStep = pieces[chosen] ?? 0;
    for (let category = 0; category < shares.length; category++) {
      pieceStep -= (shares[category] ?? 0) * (pieces[category] ?? 0);
    }
    this.piecesWeight += PIECES_RATE * Math.max(-1, Math.min(1, pieceStep));
    for (let context = 0; context < slots.length; context++) {
      const slot = slots[context] ?? -1;
      if (slot < 0) continue;
      const total = totalOf(counts, slot);
      const start = (context * STATES + stateOf(counts, slot)) * SIGNALS;
      let towardsOften = 0;
      let towardsShare = 0;
      for (let position = 0; position < REMEMBERED; position++) {
        const category = counts.category(slot, position);
        if (category < 0) break;
        const count = counts.count(slot, position);
        towardsOften += error(category) * oftenness(count);
        towardsShare += error(category) * (count / total);
      }
      this.move(start, towardsOften);
      this.move(start + 1, towardsShare);
      this.move(start + 2, error(counts.category(slot, 0)));
    }
  }

  private move(place: number, slope: number): void {
    const moved = (this.moved[place] ?? 0) + slope * slope;
    this.moved[place] = moved;
    this.weights[place] = (this.weights[place] ?? 0) + (RATE * slope) / Math.sqrt(moved);
  }
}

/** 0 for nothing; a few rows say a lot, many more say little more. */
function oftenness(count: number): number {
  return Math.log(1 + count * 20);
}

function totalOf(counts: ContextCounts, slot: number): number {
  let total = 0;
  for (let position = 0; position < REMEMBERED; position++) total += counts.count(slot, position);
  return total + 0.4;
}

/** How much a context has seen (six steps), and whether one, two or more categories. */
function stateOf(counts: ContextCounts, slot: number): number {
  const rows = counts.rows(slot);
  const seen = rows < 2 ? 0 : rows < 3 ? 1 : rows < 6 ? 2 : rows < 16 ? 3 : rows < 64 ? 4 : 5;
  const kinds = counts.category(slot, 1) < 0 ? 0 : counts.category(slot, 2) < 0 ? 1 : 2;
  return seen * 3 + kinds;
}
