import { createHash } from 'node:crypto';
import { describe } from 'vitest';
import type { SuggestionEngine } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { modelEngine } from '../../functions/suggest/model/engine.ts';
import type { LanguageModel } from '../../functions/suggest/model/language-model.ts';
import type { Question } from '../../functions/suggest/model/question.ts';
import { keepsTheContract } from './engine-contract.ts';
import { answered, choosingBy, dataOf, LIMITS, modelThat, UNAVAILABLE } from './models.ts';

/** The engine that asks a model keeps the contract of engines, whatever the model says. */

function asking(model: LanguageModel): SuggestionEngine {
  const ports = { model, limits: LIMITS, now: () => 0, wait: async () => {} };
  return modelEngine(historyEngine, ports, () => Number.POSITIVE_INFINITY);
}

/** The same number for the same text. */
function hashed(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}

/** Answers of every kind that are none: other categories, other payees, twice, nothing, wrong types. */
function nonsense(question: Question) {
  const { categories, payees } = dataOf(question);
  const kinds = [
    (id: string) => ({ payee: id, categories: ['c99'], sure: true }),
    (id: string) => ({ payee: id, categories: 'c1', sure: 'yes' }),
    (id: string) => ({ payee: `${id}0`, categories: ['c1'], sure: true }),
    (id: string) => ({
      payee: id,
      categories: [categories[0]?.name, 'c1', 'c1', 'c2', 'c3', 'c4'],
    }),
    () => null,
    (id: string) => ({ payee: id, categories: [], sure: false }),
  ];
  const answers = payees.flatMap(({ id, payee }) => {
    const answer = kinds[hashed(payee + id) % kinds.length]?.(id);
    return hashed(id) % 4 === 0 ? [answer, answer] : [answer];
  });
  return answered(answers);
}

const NAMES = ['Food', 'Fuel', 'Fun', 'Rent'];

describe('with a model that helps', () => {
  const helpful = choosingBy(({ payee }) => [
    NAMES[hashed(payee) % 4] ?? '',
    NAMES[(hashed(payee) + 1) % 4] ?? '',
  ]);
  keepsTheContract(() => asking(modelThat(helpful)));
});

describe('with a model that talks nonsense', () => {
  keepsTheContract(() => asking(modelThat(nonsense)));
});

describe('with a model that is down', () => {
  keepsTheContract(() => asking(modelThat(UNAVAILABLE)));
});
