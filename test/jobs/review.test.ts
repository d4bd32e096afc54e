import { describe, expect, it } from 'vitest';
import { budgetId, parseSuggestionId } from '../../functions/domain/ids.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { review, reviewAll } from '../../functions/jobs/review.ts';
import { at, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { MemorySuggestions } from '../handlers/memory-suggestions.ts';

function world(there: Suggestion | undefined) {
  const state = { there, writes: 0, conflicts: 0, reads: 0 };
  const ports = {
    now: () => at(60),
    suggestions: {
      get: async () => {
        state.reads += 1;
        return state.there;
      },
      decide: async (_before: Suggestion, after: Suggestion) => {
        if (state.conflicts > 0) {
          state.conflicts -= 1;
          return 'conflict' as const;
        }
        state.writes += 1;
        state.there = after;
        return 'written' as const;
      },
    },
  };
  const run = (id: string = suggestion(1).id) =>
    review(ports, {
      budgetId: budgetId(uuid(0xb1)),
      id: parseSuggestionId(id),
      review: { status: 'approved' },
      by: 'me',
    });
  return { state, run };
}

describe('a review', () => {
  it('is written and given back', async () => {
    const { state, run } = world(suggestion(1));
    expect(await run()).toMatchObject({
      kind: 'reviewed',
      suggestion: { status: 'approved', decision: { decidedAt: at(60), decidedBy: 'me' } },
    });
    expect(state.there?.status).toBe('approved');
    expect(state.reads).toBe(1);
  });

  it('is written once, however often it comes', async () => {
    const { state, run } = world(suggestion(1));
    await run();
    expect(await run()).toMatchObject({ kind: 'reviewed' });
    expect(state.writes).toBe(1);
  });

  it.each([
    ['unknown', undefined],
    ['stale', suggestion(1, { revision: 2 })],
    ['applied', suggestion(1, { status: 'applied' })],
  ] as const)('of one that is %s changes nothing', async (kind, there) => {
    const { state, run } = world(there);
    expect(await run()).toEqual({ kind });
    expect(state.writes).toBe(0);
  });

  it('decides again when the suggestion changed meanwhile', async () => {
    const { state, run } = world(suggestion(1));
    state.conflicts = 2;
    expect(await run()).toMatchObject({ kind: 'reviewed' });
  });

  it('gives up after five changes', async () => {
    const { state, run } = world(suggestion(1));
    state.conflicts = 100;
    expect(await run()).toEqual({ kind: 'conflict' });
    expect(state.conflicts).toBe(95);
  });
});

describe('many reviews', () => {
  const HOME = suggestion(1).budgetId;

  function together(...there: readonly Suggestion[]) {
    const suggestions = new MemorySuggestions(there);
    const reads: (readonly string[])[] = [];
    const { some } = suggestions;
    suggestions.some = (budget, ids) => {
      reads.push(ids);
      return some.call(suggestions, budget, ids);
    };
    const run = async (...ids: readonly string[]) => {
      const decisions = ids.map((id) => ({
        id: parseSuggestionId(id),
        review: { status: 'approved' as const },
      }));
      const ports = { suggestions, now: () => at(60) };
      const outcomes = await reviewAll(ports, { budgetId: HOME, by: 'me', decisions });
      return ids.map((id) => outcomes.get(parseSuggestionId(id))?.kind);
    };
    return { suggestions, reads, run };
  }

  const one = (n: number, more: Partial<Suggestion> = {}) => suggestion(n, more);
  const idOf = (n: number) => String(suggestion(n).id);

  it('each come to what they would alone, by one read and one write', async () => {
    const { suggestions, reads, run } = together(
      one(1),
      one(2, { revision: 2 }),
      one(3, { status: 'applied' }),
      one(4),
    );
    const writes: number[] = [];
    const { decideAll } = suggestions;
    suggestions.decideAll = (changes) => {
      writes.push(changes.length);
      return decideAll.call(suggestions, changes);
    };
    expect(await run(idOf(1), idOf(2), idOf(3), idOf(4), idOf(5))).toEqual([
      'reviewed',
      'stale',
      'applied',
      'reviewed',
      'unknown',
    ]);
    expect([reads.length, writes]).toEqual([1, [2]]);
    expect([...suggestions.items.values()].map(({ status }) => status)).toEqual([
      'approved',
      'pending',
      'applied',
      'approved',
    ]);
  });

  it('read a suggestion once that is named in two revisions', async () => {
    const { reads, run } = together(one(1, { revision: 2 }));
    const { transactionId } = suggestion(1);
    const ids = [1, 2].map((revision) => `${transactionId}.${revision}`);
    expect(await run(...ids)).toEqual(['stale', 'reviewed']);
    expect(reads).toEqual([[transactionId]]);
  });

  it('decide again about those alone that changed meanwhile', async () => {
    const { suggestions, reads, run } = together(one(1), one(2));
    const { decideAll } = suggestions;
    suggestions.decideAll = async (changes) => {
      suggestions.decideAll = decideAll;
      const { transactionId } = suggestion(2);
      suggestions.items.set(transactionId, one(2, { status: 'rejected', updatedAt: at(30) }));
      return decideAll.call(suggestions, changes);
    };
    expect(await run(idOf(1), idOf(2))).toEqual(['reviewed', 'reviewed']);
    expect(reads.map((ids) => ids.length)).toEqual([2, 1]);
    expect([...suggestions.items.values()].map(({ status }) => status)).toEqual([
      'approved',
      'approved',
    ]);
  });

  it('give up after five changes, about those alone', async () => {
    const { suggestions, reads, run } = together(one(1), one(2));
    suggestions.decideAll = async (changes) =>
      changes.filter(({ before }) => before.id === suggestion(1).id);
    expect(await run(idOf(1), idOf(2))).toEqual(['conflict', 'reviewed']);
    expect(reads).toHaveLength(5);
  });

  it('are told apart when the table fails: what was decided before stays so', async () => {
    const { suggestions, run } = together(one(1), one(2));
    suggestions.decideAll = async (changes) => {
      suggestions.some = async () => expect.fail('the table is gone');
      return changes.filter(({ before }) => before.id === suggestion(1).id);
    };
    expect(await run(idOf(1), idOf(2))).toEqual(['fault', 'reviewed']);
  });

  it('are told apart when the table fails: what needed no write has come to its end', async () => {
    const { suggestions, run } = together(one(1));
    suggestions.decideAll = async () => expect.fail('the table is gone');
    expect(await run(idOf(1), idOf(2))).toEqual(['fault', 'unknown']);
  });
});
