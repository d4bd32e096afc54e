import { describe, expect, it } from 'vitest';
import { ContextCounts } from '../../functions/suggest/history/context-counts.ts';
import {
  CONTEXTS,
  FeatureMaker,
  type Features,
  piecesIn,
} from '../../functions/suggest/history/features.ts';
import { LinearModel } from '../../functions/suggest/history/linear-model.ts';
import { NetworkModel } from '../../functions/suggest/history/network-model.ts';
import { countIn } from './counting.ts';

interface ModelOfTest {
  predict(row: Features, shares: Float64Array, categories: number): void;
  learn(row: Features, shares: Float64Array, categories: number, chosen: number): void;
}

const NO_PLACES = new Int32Array(CONTEXTS.length).fill(-1);
const ANYTHING_GOES = new Float64Array(16).fill(1);

function linear(categories: number): ModelOfTest {
  const model = new LinearModel(1 << 12, categories);
  return {
    predict: (row, shares, known) => model.predict(listOf(row), shares, known),
    learn: (row, shares, known, chosen) => model.learn(listOf(row), shares, known, chosen),
  };
}

function network(categories: number, hints = ANYTHING_GOES): ModelOfTest {
  const model = new NetworkModel(new ContextCounts(), 1 << 12, categories);
  return {
    predict: (row, shares, known) => model.predict(row, NO_PLACES, hints, shares, known),
    learn: (row, shares, known, chosen) => model.learn(row, shares, known, chosen),
  };
}

const MAKER = new FeatureMaker();

/** Of a payee with no words of its own: all that its text says are these pieces. */
function featuresOf(pieces: readonly number[], account = 1): Features {
  const row = { day: 0, account: '', payee: '', text: '', notes: '', amount: -300 };
  const hashes = Int32Array.from(pieces);
  const payee = {
    ...MAKER.of(row).payee,
    plain: new Map([['', { hashes, wholeWords: hashes.length }]]),
  };
  return {
    contexts: new Int32Array(CONTEXTS.length),
    payee,
    row,
    account,
    size: -3,
    roundness: 0,
    pair: 0,
    pieces: undefined,
  };
}

function listOf(row: Features) {
  const { hashes } = piecesIn(row);
  return { values: hashes, count: hashes.length };
}

/** Three kinds of rows, each with a feature of its own and one that all have. */
const ROWS = [1, 2, 3].map((kind) => featuresOf([kind * 1000, 77]));

/** The shares of each row after a model has met all of them 60 times, each with a category of its own. */
function sharesAfter(
  model: ModelOfTest,
  rows: readonly Features[],
): readonly (readonly number[])[] {
  const shares = new Float64Array(16);
  for (let round = 0; round < 60; round++) {
    for (const [kind, row] of rows.entries()) {
      // The third category is first seen later on.
      const categories = round < 10 ? 2 : 3;
      if (kind >= categories) continue;
      model.predict(row, shares, categories);
      model.learn(row, shares, categories, kind);
    }
  }
  return rows.map((row) => {
    model.predict(row, shares, 3);
    return [...shares.subarray(0, 3)];
  });
}

describe.each([
  ['linear', linear],
  ['network', network],
] as const)('the %s model', (_name, create) => {
  it.each([3, 0])('tells what it has learnt apart, %i categories known beforehand', (before) => {
    for (const [kind, shares] of sharesAfter(create(before), ROWS).entries()) {
      expect(shares.indexOf(Math.max(...shares))).toBe(kind);
      expect(shares[kind]).toBeGreaterThan(0.8);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    }
  });

  it('is the same every time', () => {
    expect(sharesAfter(create(3), ROWS)).toEqual(sharesAfter(create(3), ROWS));
  });
});

describe('the network', () => {
  it('knows that the same text is not the same to everybody', () => {
    const rows = [1, 2, 3].map((account) => featuresOf([1000, 77], account));
    for (const [kind, shares] of sharesAfter(network(3), rows).entries()) {
      expect(shares[kind]).toBeGreaterThan(0.8);
    }
  });

  it('goes by what was chosen lately in the contexts of a row', () => {
    const counts = new ContextCounts();
    const model = new NetworkModel(counts, 1 << 12, 3);
    const shares = new Float64Array(3);
    const row = featuresOf([77]);
    const places = [0, 1, 2].map((category) => {
      const place = countIn(counts, category + 1, category, 0);
      return NO_PLACES.map((_, context) => (CONTEXTS[context] === 'shop' ? place : -1));
    });
    for (let round = 0; round < 100; round++) {
      for (const [category, usual] of places.entries()) {
        model.predict(row, usual, ANYTHING_GOES, shares, 3);
        model.learn(row, shares, 3, category);
      }
    }
    for (const [category, usual] of places.entries()) {
      model.predict(row, usual, ANYTHING_GOES, shares, 3);
      expect(shares[category]).toBeGreaterThan(0.8);
    }
  });

  it('gives nothing to what the other model finds next to impossible', () => {
    const [row] = ROWS;
    if (row === undefined) throw new Error('There is a row');
    const shares = new Float64Array(3);
    network(3, Float64Array.of(0.6, 0, 0.4)).predict(row, shares, 3);
    expect(shares[1]).toBe(0);
    expect((shares[0] ?? 0) + (shares[2] ?? 0)).toBeCloseTo(1, 6);
  });
});
