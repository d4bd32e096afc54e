import { describe, expect, it } from 'vitest';
import { workerId } from '../../functions/domain/ids.ts';
import { type Review, reviewed } from '../../functions/domain/review.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { at } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { HOME, suggestionTable } from './suggestion-table.ts';

const table = suggestionTable();
const { put } = table;

describe('what came of an apply', () => {
  const applied = (one: Suggestion): Suggestion => ({
    ...one,
    status: 'applied',
    updatedAt: at(9),
  });
  const refused = (before: Suggestion) => ({
    before,
    after: {
      ...before,
      lastOutcome: { code: 'CATEGORY_HIDDEN', at: at(9) } as const,
    },
  });
  const approvedBy = (before: Suggestion) =>
    reviewed(before, { status: 'approved' }, { now: at(9), by: 'me' }) ?? before;

  it('is written: applied ones, and why the others were not', async () => {
    await put(suggestion(1), suggestion(2));
    const outcomes = {
      applied: [applied(suggestion(1))],
      mayBeSent: [],
      found: [],
      refused: [refused(suggestion(2))],
    };
    expect(await table.store.recordOutcomes(outcomes, table.fence)).toEqual({
      kind: 'written',
      leftOut: [],
    });
    expect(await table.store.all(HOME)).toEqual([
      applied(suggestion(1)),
      refused(suggestion(2)).after,
    ]);
  });

  it('is applied whatever was decided meanwhile: the budget has it', async () => {
    const before = suggestion(1);
    await put(before);
    const rejected = reviewed(before, { status: 'rejected' }, { now: at(5), by: 'me' });
    await table.store.decide(before, rejected ?? before);
    await table.store.recordOutcomes(
      { applied: [applied(before)], mayBeSent: [], found: [], refused: [] },
      table.fence,
    );
    expect(await table.store.all(HOME)).toMatchObject([{ status: 'applied' }]);
  });

  it.each<[string, 'mayBeSent' | 'found', Review, 'applied' | 'rejected' | 'approved']>([
    ['applied, though rejected', 'mayBeSent', { status: 'rejected' }, 'applied'],
    ['as it was corrected', 'mayBeSent', { status: 'approved', categoryId: 'fun' }, 'approved'],
    ['as it was rejected', 'found', { status: 'rejected' }, 'rejected'],
    ['as it was corrected', 'found', { status: 'approved', categoryId: 'fun' }, 'approved'],
  ])(
    'is %s meanwhile, where it was in the budget before (%s)',
    async (_is, which, review, status) => {
      const [before, other] = [approvedBy(suggestion(1)), approvedBy(suggestion(2))];
      await put(before, other);
      const decided = reviewed(before, review, { now: at(10), by: 'me' }) ?? before;
      await table.store.decide(before, decided);
      const changes = [before, other].map((one) => ({ before: one, after: applied(one) }));
      const outcomes = { applied: [], mayBeSent: [], found: [], refused: [], [which]: changes };
      expect(await table.store.recordOutcomes(outcomes, table.fence)).toEqual({
        kind: 'written',
        leftOut: status === 'applied' ? [] : [before.transactionId],
      });
      const written = status === 'applied' ? applied(before) : decided;
      expect(await table.store.all(HOME)).toEqual([written, applied(other)]);
    },
  );

  it('is not written over a proposal that took its place, where it was in the budget before', async () => {
    const newer = suggestion(1, { revision: 2 });
    await put(newer);
    const changes = [{ before: suggestion(1), after: applied(suggestion(1)) }];
    const outcomes = { applied: [], mayBeSent: changes, found: [], refused: [] };
    const { transactionId } = newer;
    expect(await table.store.recordOutcomes(outcomes, table.fence)).toEqual({
      kind: 'written',
      leftOut: [transactionId],
    });
    expect(await table.store.all(HOME)).toEqual([newer]);
  });

  it('is not written over the proposal that took its place', async () => {
    const after = suggestion(1, { revision: 2 });
    await put(after);
    const outcomes = { applied: [applied(suggestion(1))], mayBeSent: [], found: [], refused: [] };
    const leftOut = [after.transactionId];
    expect(await table.store.recordOutcomes(outcomes, table.fence)).toEqual({
      kind: 'written',
      leftOut,
    });
    expect(await table.store.all(HOME)).toEqual([after]);
  });

  it('gives way to a decision made meanwhile where it was not applied', async () => {
    const before = suggestion(1);
    await put(before);
    const rejected = reviewed(before, { status: 'rejected' }, { now: at(5), by: 'me' });
    await table.store.decide(before, rejected ?? before);
    await table.store.recordOutcomes(
      { applied: [], mayBeSent: [], found: [], refused: [refused(before)] },
      table.fence,
    );
    expect(await table.store.all(HOME)).toMatchObject([{ status: 'rejected', lastOutcome: null }]);
  });

  it('is not written by a worker that no longer holds the budget', async () => {
    await put(suggestion(1));
    const outcomes = { applied: [applied(suggestion(1))], mayBeSent: [], found: [], refused: [] };
    const other = { ...table.fence, workerId: workerId('worker-2') };
    expect(await table.store.recordOutcomes(outcomes, other)).toEqual({ kind: 'not_running' });
    expect(await table.store.all(HOME)).toMatchObject([{ status: 'pending' }]);
  });

  it('is approved before it is sent, unless it was decided meanwhile', async () => {
    const [first, second] = [suggestion(1), suggestion(2)];
    await put(first, second);
    const rejected = reviewed(second, { status: 'rejected' }, { now: at(5), by: 'me' });
    await table.store.decide(second, rejected ?? second);
    const approvals = [first, second].map((before) => ({ before, after: approvedBy(before) }));
    expect(await table.store.approve(approvals, table.fence)).toEqual({
      kind: 'written',
      leftOut: [second.transactionId],
    });
    expect(await table.store.all(HOME)).toEqual([approvedBy(first), rejected]);
    const other = { ...table.fence, workerId: workerId('worker-2') };
    expect(await table.store.approve(approvals, other)).toEqual({ kind: 'not_running' });
  });

  it('is written for more than one transaction holds', async () => {
    const many = Array.from({ length: 250 }, (_, n) => suggestion(n));
    await put(...many);
    await table.store.recordOutcomes(
      { applied: many.map(applied), mayBeSent: [], found: [], refused: [] },
      table.fence,
    );
    const statuses = (await table.store.all(HOME)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['applied']));
  });
});
