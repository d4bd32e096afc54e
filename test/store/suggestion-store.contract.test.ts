import { describe, expect, it } from 'vitest';
import { epochSecondsAfter, suggestionId, transactionId } from '../../functions/domain/ids.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { SuggestionStore } from '../../functions/store/suggestion-store.ts';
import { at, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { DAY, HOME, suggestionTable } from './suggestion-table.ts';

const table = suggestionTable();
const { put } = table;

/** Reopens one that was read as rejected. */
const reopen = (after: Suggestion) => {
  const change = { before: suggestion(1, { status: 'rejected' }), after };
  return table.store.write({ put: [], reopen: [change], renew: [], remove: [] }, table.fence);
};

describe('writing suggestions', () => {
  it('keeps every field', async () => {
    const made = suggestion(1, { payeeName: 'Grocer' });
    expect(await put(made)).toEqual({ kind: 'written', leftOut: [] });
    expect(await table.store.all(HOME)).toEqual([made]);
  });

  it('gives back one for a part of a split whose id is two UUIDs', async () => {
    const id = transactionId(`${uuid(1)}/${uuid(2)}`);
    const made = suggestion(1, { id: suggestionId(id, 1), transactionId: id });
    await put(made);
    expect(await table.store.all(HOME)).toEqual([made]);
  });

  it('writes more than one transaction holds', async () => {
    const many = Array.from({ length: 250 }, (_, n) => suggestion(n));
    await put(...many);
    expect(await table.store.all(HOME)).toHaveLength(250);
  });

  it('takes a higher revision of a pending one', async () => {
    await put(suggestion(1));
    await put(suggestion(1, { revision: 2, reason: 'newer' }));
    expect(await table.store.all(HOME)).toMatchObject([{ revision: 2, reason: 'newer' }]);
  });

  it('leaves a decided one alone, and writes the others of the batch', async () => {
    await put(suggestion(1, { status: 'approved' }), suggestion(2));
    const outcome = await put(
      suggestion(1, { revision: 2 }),
      suggestion(2, { revision: 2 }),
      suggestion(3),
    );
    expect(outcome).toEqual({ kind: 'written', leftOut: [suggestion(1).transactionId] });
    expect((await table.store.all(HOME)).map(({ revision, status }) => [revision, status])).toEqual(
      [
        [1, 'approved'],
        [2, 'pending'],
        [1, 'pending'],
      ],
    );
  });

  it('does not go back to a lower revision', async () => {
    await put(suggestion(1));
    await put(suggestion(1, { revision: 2 }));
    await put(suggestion(1, { revision: 1, reason: 'late' }));
    expect(await table.store.all(HOME)).toMatchObject([{ revision: 2 }]);
  });

  it('knows until when one is kept by what was told when it was written', async () => {
    const made = suggestion(1);
    await put(made);
    const told = new SuggestionStore({ ...table.options, pendingDays: 365 });
    expect(await told.kept(HOME)).toEqual([
      { ...made, expiresAt: epochSecondsAfter(made.updatedAt, 90) },
    ]);
  });

  it('keeps one that is renewed by what is told now, not by the time it was read with', async () => {
    await put(suggestion(1, { status: 'rejected' }));
    const [before] = await table.store.kept(HOME);
    if (before === undefined) throw new Error('The suggestion is not there.');
    const after = { ...before, updatedAt: at(99) };
    const renew = [{ before, after }];
    await table.store.write({ put: [], reopen: [], renew, remove: [] }, table.fence);
    expect(await table.store.kept(HOME)).toMatchObject([
      { expiresAt: epochSecondsAfter(after.updatedAt, 30) },
    ]);
  });

  it('removes pending ones and no decided ones', async () => {
    const pending = suggestion(1);
    const decided = suggestion(2, { status: 'rejected' });
    await put(pending, decided);
    await table.store.write(
      { put: [], reopen: [], renew: [], remove: [pending, decided] },
      table.fence,
    );
    expect(await table.store.all(HOME)).toMatchObject([{ status: 'rejected' }]);
  });

  it.each([
    ['renews', 'a rejected one', { status: 'rejected' }],
    ['does not renew', 'one that was approved meanwhile', { status: 'approved' }],
  ] as const)('%s %s', async (does, _what, is) => {
    const before = suggestion(1, { status: 'rejected' });
    await put(suggestion(1, is));
    const after = { ...before, updatedAt: at(99) };
    await table.store.write(
      { put: [], reopen: [], renew: [{ before, after }], remove: [] },
      table.fence,
    );
    expect(await table.store.all(HOME)).toEqual([does === 'renews' ? after : suggestion(1, is)]);
  });

  it('reopens a rejected one in its next revision', async () => {
    await put(suggestion(1, { status: 'rejected' }));
    await reopen(suggestion(1, { revision: 2 }));
    expect(await table.store.all(HOME)).toMatchObject([{ status: 'pending', revision: 2 }]);
  });

  it.each([
    ['approved', { status: 'approved' }],
    ['in a higher revision already', { status: 'rejected', revision: 2 }],
    [
      'rejected once more since it was read',
      { status: 'rejected', rejectedCategoryIds: ['rent', 'food'], updatedAt: at(1) },
    ],
  ] as const)('does not reopen one that is %s', async (_what, now_) => {
    const before = suggestion(1, now_);
    await put(before);
    const leftOut = [before.transactionId];
    expect(await reopen(suggestion(1, { revision: 2 }))).toEqual({ kind: 'written', leftOut });
    expect(await table.store.all(HOME)).toEqual([before]);
  });

  it('does not reopen one that is gone', async () => {
    await reopen(suggestion(1, { revision: 2 }));
    expect(await table.store.all(HOME)).toEqual([]);
  });

  it.each(['jobId', 'executionId', 'workerId'] as const)(
    'writes nothing under another %s',
    async (field) => {
      const other = { ...table.fence, [field]: uuid(99) };
      const outcome = await table.store.write(
        { put: [suggestion(1)], reopen: [], renew: [], remove: [] },
        other,
      );
      expect(outcome).toEqual({ kind: 'not_running' });
      expect(await table.store.all(HOME)).toEqual([]);
    },
  );

  it('counts an expired one as absent', async () => {
    await put(suggestion(1, { status: 'approved' }));
    table.now = at(31 * DAY);
    expect(await table.store.all(HOME)).toEqual([]);
    await put(suggestion(1, { createdAt: at(31 * DAY), updatedAt: at(31 * DAY) }));
    expect(await table.store.all(HOME)).toMatchObject([{ status: 'pending' }]);
  });

  it('keeps pending ones for 90 days after they were last generated', async () => {
    await put(suggestion(1));
    table.now = at(89 * DAY);
    expect(await table.store.all(HOME)).toHaveLength(1);
    table.now = at(90 * DAY);
    expect(await table.store.all(HOME)).toEqual([]);
  });

  it.each([
    [30, 90],
    [365, 365],
  ])(
    'remembers what was rejected before one was proposed anew, with %i days for decisions, for %i days',
    async (retentionDays, days) => {
      const store = new SuggestionStore({ ...table.options, retentionDays });
      const one = suggestion(1, { rejectedCategoryIds: ['food'] });
      await store.write({ put: [one], reopen: [], renew: [], remove: [] }, table.fence);
      table.now = at(days * DAY - 1);
      expect(await store.all(HOME)).toHaveLength(1);
      table.now = at(days * DAY);
      expect(await store.all(HOME)).toEqual([]);
    },
  );
});
