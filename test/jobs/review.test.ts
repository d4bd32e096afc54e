import { describe, expect, it } from 'vitest';
import { budgetId, parseSuggestionId } from '../../functions/domain/ids.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { review } from '../../functions/jobs/review.ts';
import { at, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';

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
