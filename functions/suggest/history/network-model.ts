import type { ContextCounts } from './context-counts.ts';
import { type Features, piecesIn } from './features.ts';
import { Numbering } from './numbering.ts';
import { softmax } from './softmax.ts';
import { StepMaker } from './steps.ts';
import { Surroundings } from './surroundings.ts';
import { SIZE, Vectors } from './vectors.ts';
import { WeightedRows } from './weighted-rows.ts';

const RATE = { text: 0.1, account: 0.12, surroundings: 0.1, category: 0.09, taste: 0.4 } as const;
/** Smaller steps are taken seldom, and then as wide as this. */
const SMALLEST_STEP = 0.01;
/** Categories that the other model gives less than this are not looked at. */
const SMALLEST_HINT = 1e-3;
/** How far from zero the first values lie, and what has moved before the first step. */
const START = {
  piece: { spread: 0.17, moved: 1e-5 },
  account: { spread: 0.17, moved: 1e-3 },
  surroundings: { spread: 0.34, moved: 1e-3 },
  category: { spread: 0.17, moved: 0.03 },
} as const;
const TASTE_MOVED = 0.1;
const NONE = new Float64Array(0);
const AMOUNTS = 256;
const FIRST_PIECES = 1 << 10;
/** The account of rows whose account was never learnt. */
const STRANGER = 0;

/**
 * A small network. Vectors stand for the pieces of a text, the account, the amount, and the categories chosen lately in
 * the row's contexts; the text's vector is bent by the account, for the same shop is not the same to everybody. Their
 * sum, bounded, is weighed by each category. What rows with the same categories have in common moves together, so that
 * a text is known by what is like it.
 */
export class NetworkModel {
  private readonly pieceNumbers: Numbering;
  private readonly pieces: Vectors;
  private readonly accounts: Vectors;
  private readonly bends: Vectors;
  private readonly amounts: Vectors;
  private readonly surroundings: Surroundings;
  private readonly categories: Vectors;
  private readonly steps = new StepMaker(SMALLEST_STEP);
  /** Accounts by their hash, from 1 on. */
  private readonly numbers = new Map<number, number>();
  /** By account, what each category weighs there before anything else is looked at. */
  private readonly tastes: Float64Array[] = [];
  private readonly tasteMoves: number[] = [];
  private readonly text = new Float64Array(SIZE);
  private readonly hidden = new Float64Array(SIZE);
  private readonly slopes = new Float64Array(SIZE);
  private readonly textSlopes = new Float64Array(SIZE);
  /** The pieces of the row that was looked at last. */
  private readonly found = new WeightedRows();
  private candidates = new Int32Array(64);
  private scores = new Float64Array(64);
  /** Of the row that was looked at last. */
  private account = STRANGER;

  /**
   * @param counts in which what is usual is looked up.
   * @param rows of pieces: a power of two.
   */
  constructor(counts: ContextCounts, rows: number, categories: number) {
    this.pieceNumbers = new Numbering(rows);
    this.pieces = new Vectors(FIRST_PIECES, START.piece);
    this.accounts = new Vectors(16, START.account);
    this.bends = new Vectors(16, START.account);
    this.amounts = new Vectors(AMOUNTS, START.account);
    this.surroundings = new Surroundings(counts, categories, START.surroundings);
    this.categories = new Vectors(categories, START.category);
  }

  /**
   * Fills the first `categories` of `shares` with the chance of each.
   *
   * @param places where the row's contexts are counted; -1 for those that no row was in.
   * @param hints chances of another model: what it finds next to impossible is not looked at, and gets 0.
   */
  predict(
    features: Features,
    places: Int32Array,
    hints: Float64Array,
    shares: Float64Array,
    categories: number,
  ): void {
    this.surroundings.reach(categories);
    this.categories.reach(categories);
    this.account = this.numbers.get(features.account) ?? STRANGER;
    this.look(features);
    const { hidden } = this;
    this.surroundings.addTo(hidden, places);
    for (let index = 0; index < SIZE; index++) hidden[index] = bounded(hidden[index] ?? 0);
    const taste = this.tastes[this.account] ?? NONE;
    const count = this.findCandidates(hints, categories);
    const { candidates, scores } = this;
    this.categories.products(candidates, count, hidden, scores);
    for (let index = 0; index < count; index++) {
      scores[index] = (scores[index] ?? 0) + (taste[candidates[index] ?? 0] ?? 0);
    }
    softmax(scores, count);
    shares.fill(0, 0, categories);
    for (let index = 0; index < count; index++) shares[candidates[index] ?? 0] = scores[index] ?? 0;
  }

  /** One step towards the category, right after `predict`. @param shares what that gave. */
  learn(features: Features, shares: Float64Array, categories: number, chosen: number): void {
    this.account = this.numberOf(features.account);
    const { hidden, slopes } = this;
    const steps = this.steps.make(shares, categories, chosen);
    this.moveTaste(steps, categories);
    slopes.fill(0);
    this.categories.addTo(slopes, steps);
    this.categories.move(steps, hidden, RATE.category, meanSquare(hidden));
    for (let index = 0; index < SIZE; index++) {
      slopes[index] = (slopes[index] ?? 0) * (1 - (hidden[index] ?? 0) ** 2);
    }
    this.moveInputs(features);
  }

  private moveInputs(features: Features): void {
    const { size, roundness } = features;
    const { account, slopes, textSlopes, text, bends, hidden } = this;
    const bend = bends.values;
    const start = account * SIZE;
    // From here on `hidden` has done its work: it takes the slopes of the bend.
    for (let index = 0; index < SIZE; index++) {
      const slope = slopes[index] ?? 0;
      hidden[index] = slope * (text[index] ?? 0);
      textSlopes[index] = slope * (1 + (bend[start + index] ?? 0));
    }
    bends.moveOne(account, 1, hidden, RATE.account, meanSquare(hidden));
    const steepness = meanSquare(slopes);
    this.accounts.moveOne(account, 1, slopes, RATE.account, steepness);
    this.amounts.moveOne(amountOf(size), 1, slopes, RATE.account, steepness);
    this.amounts.moveOne(roundness, 1, slopes, RATE.account, steepness);
    this.surroundings.move(slopes, RATE.surroundings, steepness);
    this.pieces.move(this.found, textSlopes, RATE.text, meanSquare(textSlopes));
  }

  private moveTaste({ rows, weights, count }: WeightedRows, categories: number): void {
    const { account } = this;
    let taste = this.tastes[account] ?? NONE;
    if (taste.length < categories) {
      const wide = new Float64Array(categories);
      wide.set(taste);
      taste = wide;
      this.tastes[account] = taste;
    }
    let square = 0;
    for (let index = 0; index < count; index++) square += (weights[index] ?? 0) ** 2;
    const moved = (this.tasteMoves[account] ?? TASTE_MOVED) + square / 4;
    this.tasteMoves[account] = moved;
    const rate = RATE.taste / Math.sqrt(moved);
    for (let index = 0; index < count; index++) {
      const category = rows[index] ?? 0;
      taste[category] = (taste[category] ?? 0) + rate * (weights[index] ?? 0);
    }
  }

  /** Sums up the row's own vectors: text, bent by the account, account and amount. */
  private look(features: Features): void {
    const { size, roundness } = features;
    const { hashes } = piecesIn(features);
    const { text, hidden, account, bends, found } = this;
    const share = 1 / Math.sqrt(hashes.length);
    found.count = 0;
    let last = 0;
    for (let index = 0; index < hashes.length; index++) {
      const vector = this.pieceNumbers.give(hashes[index] ?? 0);
      found.add(vector, share);
      last = Math.max(last, vector);
    }
    this.pieces.reach(last + 1);
    text.fill(0);
    this.pieces.addTo(text, found);
    const bend = bends.values;
    const start = account * SIZE;
    for (let index = 0; index < SIZE; index++) {
      hidden[index] = (text[index] ?? 0) * (1 + (bend[start + index] ?? 0));
    }
    this.accounts.addOneTo(hidden, account);
    this.amounts.addOneTo(hidden, amountOf(size));
    this.amounts.addOneTo(hidden, roundness);
  }

  /** Fills `candidates` with what the other model finds possible. Returns how many they are. */
  private findCandidates(hints: Float64Array, categories: number): number {
    if (this.candidates.length < categories) {
      // A multiple of four, as their products are taken.
      this.candidates = new Int32Array(categories * 4);
      this.scores = new Float64Array(categories * 4);
    }
    // However many categories there are, the likeliest is looked at.
    const smallest = Math.min(SMALLEST_HINT, 0.5 / categories);
    let count = 0;
    for (let category = 0; category < categories; category++) {
      if ((hints[category] ?? 0) >= smallest) this.candidates[count++] = category;
    }
    return count;
  }

  private numberOf(account: number): number {
    const known = this.numbers.get(account);
    if (known !== undefined) return known;
    const number = this.numbers.size + 1;
    this.numbers.set(account, number);
    this.accounts.reach(number + 1);
    this.bends.reach(number + 1);
    return number;
  }
}

/** The hyperbolic tangent, to within 0.03. */
function bounded(value: number): number {
  const within = Math.max(-3, Math.min(3, value));
  const square = within * within;
  return (within * (27 + square)) / (27 + 9 * square);
}

function amountOf(size: number): number {
  return (AMOUNTS / 2 + size) & (AMOUNTS - 1);
}

function meanSquare(vector: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < SIZE; index++) sum += (vector[index] ?? 0) ** 2;
  return sum / SIZE;
}
