import { beforeEach, describe, expect, it } from 'vitest';
import { reviewed } from '../../functions/domain/review.ts';
import { JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { retryPayeeStep } from '../../functions/steps/retry-payee.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { at } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { budget, type Entry, times } from '../suggest/budgets.ts';
import {
  begin,
  generate,
  of,
  open,
  proposedFor,
  reject,
  retry,
  run,
  world,
} from './proposing-anew.ts';

beforeEach(begin);

const A: Entry = { id: 'a', date: 20260102, payee: 'Lidl' };

describe('proposing anew for a payee', () => {
  it('reopens a rejected suggestion with another category, in its next revision', async () => {
    expect(proposedFor('a')[0]).toBe('Food');
    const { revision } = of('a');
    reject('a');
    await retry(of('a').id);
    expect(of('a')).toMatchObject({ status: 'pending', id: `a.${revision + 1}` });
    expect(proposedFor('a')[0]).toBe('Household');
  });

  it('reopens one in its next revision also with the very same words', async () => {
    reject('a');
    const { id, revision, transactionId, proposals: categories, reason } = of('a');
    world.engine = {
      propose: async () => ({
        candidates: [],
        proposals: [{ transactionId, categories, reason }],
      }),
    };
    await retry(id);
    expect(of('a')).toMatchObject({ status: 'pending', revision: revision + 1 });
  });

  it('renews no rejected one that it reopens: a write of the table takes each item once', async () => {
    reject('a');
    await retry(of('a').id, 20 + 20 * 86_400);
    expect(of('a').status).toBe('pending');
    expect(world.renewed).toEqual([]);
  });

  it('keeps a rejected one for longer that nothing else is proposed for', async () => {
    reject('a');
    world.items.delete('b');
    const { id, transactionId } = of('a');
    world.engine = { propose: async () => ({ candidates: [transactionId], proposals: [] }) };
    await retry(id, 20 + 20 * 86_400);
    expect(world.renewed).toEqual(['a']);
  });

  it('never proposes what was rejected for one of them to another of the payee', async () => {
    reject('a');
    await retry(of('b').id);
    expect([...proposedFor('a'), ...proposedFor('b')]).not.toContain('Food');
  });

  it.each<[string, () => void]>([
    [
      'nothing is proposed for it any more',
      () => {
        const candidates = [of('a').transactionId];
        world.engine = { propose: async () => ({ candidates, proposals: [] }) };
      },
    ],
    ['it has a category for a while', () => open({ ...A, category: 'Fun' })],
    ['it is split for a while', () => open({ ...A, flags: ['splitParent'] })],
    ['it is deleted, and that is undone', () => open()],
  ])('leaves what was rejected for a transaction rejected when %s', async (_what, happens) => {
    reject('a');
    await retry(of('a').id);
    happens();
    await generate();
    world.engine = historyEngine;
    open(A);
    await generate();
    expect(of('a')).toMatchObject({ status: 'rejected', rejectedCategoryIds: ['Food'] });
  });

  it('is about the transaction alone where no payee is known', async () => {
    const past = ['Food', 'Fun'].flatMap((category) => times(500, { category }));
    world.extract = budget([...past, { id: 'd' }, { id: 'e' }]);
    await generate();
    for (const id of ['d', 'e']) reject(id);
    await retry(of('d').id);
    expect([of('d').status, of('e').status]).toEqual(['pending', 'rejected']);
  });

  it('remembers a rejection whose transaction has a category by now', async () => {
    reject('a');
    open(
      { id: 'a', date: 20260102, payee: 'Lidl', category: 'Household' },
      { id: 'b', date: 20260103, payee: 'Lidl' },
    );
    await retry(of('b').id);
    expect(proposedFor('b')).not.toContain('Food');
  });

  it('remembers it for a transaction that had no suggestion yet', async () => {
    reject('a');
    world.items.delete('b');
    open(
      { id: 'a', date: 20260102, payee: 'Lidl', category: 'Household' },
      { id: 'b', date: 20260103, payee: 'Lidl' },
    );
    await retry(of('a').id);
    expect(proposedFor('b')[0]).toBe('Household');
  });

  it('knows the payee by the name that it has now', async () => {
    reject('a');
    world.extract = {
      ...world.extract,
      payees: world.extract.payees.map((one) =>
        one.name === 'Lidl' ? { ...one, name: 'Discounter' } : one,
      ),
    };
    await retry(of('a').id);
    expect(of('a')).toMatchObject({ status: 'pending', transaction: { payee: 'Discounter' } });
    expect(proposedFor('a')[0]).toBe('Household');
    expect(of('b').transaction.payee).toBe('Discounter');
  });

  it('does not come back to a category rejected before the last one', async () => {
    reject('a');
    await retry(of('a').id);
    reject('a');
    await retry(of('a').id);
    const pending = [...world.items.values()].filter(({ status }) => status === 'pending');
    const proposed = pending.filter(({ transaction }) => transaction.payee === 'Lidl');
    const categories = proposed.flatMap(({ proposals }) => proposals.map((one) => one.categoryId));
    for (const category of categories) expect(['Food', 'Household']).not.toContain(category);
  });

  it('leaves one rejected for which there is nothing else to say', async () => {
    const { id } = of('c');
    reject('c');
    await retry(id);
    expect(of('c')).toMatchObject({ status: 'rejected', id });
  });

  it('takes spellings that a person would call the same for the same payee', async () => {
    open({ id: 'a', date: 20260102, payee: 'Lidl' }, { id: 'b', date: 20260103, payee: 'LIDL ' });
    world.items.set(
      'b',
      suggestion(1, { ...of('b'), transaction: { ...of('b').transaction, payee: 'LIDL ' } }),
    );
    reject('a');
    await retry(of('a').id);
    expect(proposedFor('b')).not.toContain('Food');
  });

  it('leaves other payees alone', async () => {
    const before = of('c');
    reject('a');
    reject('c');
    await retry(of('a').id);
    expect(of('c')).toMatchObject({ status: 'rejected', proposals: before.proposals });
  });

  it('leaves approved and applied ones of the payee alone', async () => {
    const approved = reviewed(of('a'), { status: 'approved' }, { now: at(20), by: 'me' });
    world.items.set('a', approved ?? of('a'));
    reject('b');
    await retry(of('b').id);
    expect(of('a')).toEqual(approved);
  });

  it('proposes for transactions of the payee that had no suggestion yet', async () => {
    world.items.delete('b');
    await retry(of('a').id);
    expect(proposedFor('b')[0]).toBe('Food');
  });

  it('writes nothing when nothing changed', async () => {
    world.writes = 0;
    await retry(of('a').id);
    expect(world.writes).toBe(0);
  });

  it('ends the same when it is run again after it wrote', async () => {
    const { id } = of('a');
    reject('a');
    await retry(id);
    const once = [...world.items.values()];
    await retry(id);
    expect([...world.items.values()]).toEqual(once);
  });

  it('counts what is open for the payee and what it wrote', async () => {
    reject('a');
    expect(await retry(of('a').id)).toEqual({
      counts: { uncategorised: 2, suggestions: 2, written: 2, removed: 0 },
    });
  });

  it('counts those that were added, and those that are gone', async () => {
    world.items.delete('b');
    expect(await retry(of('a').id)).toStrictEqual({
      counts: { uncategorised: 2, suggestions: 2, written: 1, removed: 0 },
    });
    open(
      { id: 'a', date: 20260102, payee: 'Lidl' },
      { id: 'b', date: 20260103, payee: 'Lidl', category: 'Food' },
    );
    expect(await retry(of('a').id)).toMatchObject({ counts: { suggestions: 1, removed: 1 } });
  });

  it('counts no transaction that the budget does not have, not even among those without a payee', async () => {
    open({ id: 'a', date: 20260102, payee: '' });
    const { transactionId, proposals: categories, reason } = of('a');
    const gone = of('c').transactionId;
    world.engine = {
      propose: async () => ({
        candidates: [transactionId, gone],
        proposals: [transactionId, gone].map((id) => ({ transactionId: id, categories, reason })),
      }),
    };
    expect(await retry(of('a').id)).toMatchObject({ counts: { uncategorised: 1, suggestions: 1 } });
  });

  it('SUGGESTION_NOT_FOUND: the job names none', async () => {
    await expect(run(retryPayeeStep)).rejects.toMatchObject({ name: 'SUGGESTION_NOT_FOUND' });
  });

  it('SUGGESTION_NOT_FOUND: the suggestion is gone', async () => {
    const { id } = of('a');
    world.items.delete('a');
    await expect(retry(id)).rejects.toMatchObject({ name: 'SUGGESTION_NOT_FOUND' });
  });

  it('changes nothing once it no longer holds the budget', async () => {
    reject('a');
    world.holdsBudget = false;
    await expect(retry(of('a').id)).rejects.toThrow(JobNotRunningError);
  });
});
