import { describe, expect, it } from 'vitest';
import { budgetId } from '../../functions/domain/ids.ts';
import { reviewed } from '../../functions/domain/review.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { review as decideOn } from '../../functions/jobs/review.ts';
import { at, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { DAY, HOME, suggestionTable } from './suggestion-table.ts';

const table = suggestionTable();
const { put } = table;

describe('a decision', () => {
  const decided = (before: Suggestion, now_ = at(60)) =>
    reviewed(before, { status: 'approved' }, { now: now_, by: 'me' }) ?? before;

  it('is written over what was read', async () => {
    const before = suggestion(1);
    await put(before);
    expect(await table.store.decide(before, decided(before))).toBe('written');
    expect(await table.store.get(HOME, before.transactionId)).toEqual(decided(before));
  });

  it.each([
    ['was replaced', () => put(suggestion(1, { revision: 2 }))],
    ['was decided', () => table.store.decide(suggestion(1), decided(suggestion(1), at(30)))],
    [
      'was removed',
      () =>
        table.store.write({ put: [], reopen: [], renew: [], remove: [suggestion(1)] }, table.fence),
    ],
  ])('is refused when the suggestion %s meanwhile', async (_what, meanwhile) => {
    const before = suggestion(1);
    await put(before);
    await meanwhile();
    expect(await table.store.decide(before, decided(before))).toBe('conflict');
  });

  it('of several people at once is that of who comes last, and all of them are heard', async () => {
    const { id } = suggestion(1);
    await put(suggestion(1));
    const people = ['anna', 'ben', 'eve'];
    const heard = await Promise.all(
      people.map((by, n) => {
        const review = n === 1 ? { status: 'rejected' as const } : { status: 'approved' as const };
        return decideOn(
          { suggestions: table.store, now: () => at(n) },
          { budgetId: HOME, id, review, by },
        );
      }),
    );
    expect(heard.map(({ kind }) => kind)).toEqual(people.map(() => 'reviewed'));
    const last = await table.store.get(HOME, suggestion(1).transactionId);
    const answers = heard.map((one) => (one.kind === 'reviewed' ? one.suggestion : undefined));
    expect(answers).toContainEqual(last);
  });

  it('is written with up to 99 others, without those that changed meanwhile', async () => {
    const many = Array.from({ length: 100 }, (_, n) => suggestion(n));
    await put(...many);
    const [, second] = many;
    if (second === undefined) throw new Error('There are a hundred.');
    await table.store.decide(second, decided(second, at(30)));
    const changes = many.map((before) => ({ before, after: decided(before) }));
    expect(await table.store.decideAll(changes)).toEqual([changes[1]]);
    const ids = many.map(({ transactionId }) => transactionId);
    const there = await table.store.some(HOME, ids);
    const byId = new Map(there.map((one) => [one.transactionId, one]));
    expect(ids.map((id) => byId.get(id))).toEqual(
      many.map((before) => decided(before, before === second ? at(30) : at(60))),
    );
  });

  it('of no suggestion is no write', async () => {
    expect(await table.store.decideAll([])).toEqual([]);
    expect(await table.store.some(HOME, [])).toEqual([]);
  });

  it('is about what is there: neither another budget nor one whose time is over', async () => {
    await put(suggestion(1), suggestion(2));
    const ids = [1, 2, 3].map((n) => suggestion(n).transactionId);
    expect((await table.store.some(HOME, ids)).map(({ id }) => id).sort()).toEqual(
      [1, 2].map((n) => suggestion(n).id),
    );
    expect(await table.store.some(budgetId(uuid(0xdead)), ids)).toEqual([]);
    table.now = at(91 * DAY);
    expect(await table.store.some(HOME, ids)).toEqual([]);
  });

  it('is refused for one whose time is over', async () => {
    const before = suggestion(1);
    await put(before);
    table.now = at(91 * DAY);
    expect(await table.store.get(HOME, before.transactionId)).toBeUndefined();
    expect(await table.store.decide(before, decided(before))).toBe('conflict');
  });
});
