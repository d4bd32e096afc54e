import { beforeEach, describe, expect, it } from 'vitest';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { JobNotRunningError } from '../../functions/domain/failures.ts';
import { executionId, type SuggestionId, workerId } from '../../functions/domain/ids.ts';
import { reviewed } from '../../functions/domain/review.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { retryPayeeStep } from '../../functions/steps/retry-payee.ts';
import { type SuggestionsPorts, suggestionsStep } from '../../functions/steps/suggestions.ts';
import type { SuggestionEngine } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { modelEngine } from '../../functions/suggest/model/engine.ts';
import { at, BUDGET, JOB, newRecord } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { budget, type Entry, times } from '../suggest/budgets.ts';
import { choosing, dataOf, LIMITS, modelThat, type Said, UNAVAILABLE } from '../suggest/models.ts';

/** The step with the engine that the job calls, over a table in memory. */

const FENCE = {
  budgetId: BUDGET,
  jobId: JOB,
  executionId: executionId('execution'),
  workerId: workerId('worker'),
};

let extract: BudgetExtract;
let items: Map<string, Suggestion>;
let writes: number;
/** Transactions whose suggestions are kept for longer. */
let renewed: string[];
let holdsBudget: boolean;
let engine: SuggestionEngine;

const ports: SuggestionsPorts = {
  pendingDays: 90,
  retentionDays: 30,
  snapshots: {
    current: async () => ({
      id: 'snapshot',
      budgetId: BUDGET,
      takenAt: at(0),
      archiveKey: 'archive',
      extractKey: 'extract',
      cloudFileId: 'file',
      counts: { accounts: 1, transactions: 1 },
    }),
  },
  extracts: { readExtract: async () => extract },
  suggestions: {
    all: async () => [...items.values()],
    write: async ({ put, reopen, renew, remove }) => {
      if (!holdsBudget) return { kind: 'not_running' };
      writes += 1;
      renewed.push(...renew.map(({ before }) => before.transactionId));
      for (const one of remove) items.delete(one.transactionId);
      for (const one of [...put, ...reopen]) items.set(one.transactionId, one);
      return { kind: 'written', leftOut: [] };
    },
  },
  engine: { propose: (request) => engine.propose(request) },
};

const run = (step: typeof retryPayeeStep, suggestionId?: SuggestionId, seconds = 30) => {
  const { job, steps } = newRecord();
  const metadata = { ...job.metadata, ...(suggestionId === undefined ? {} : { suggestionId }) };
  return step(ports)({
    record: { job: { ...job, metadata }, steps },
    fence: FENCE,
    now: () => at(seconds),
  });
};
const generate = () => run(suggestionsStep);
const retry = (id: SuggestionId, seconds?: number) => run(retryPayeeStep, id, seconds);

function of(transaction: string): Suggestion {
  const found = items.get(transaction);
  if (found === undefined) throw new Error(`There is no suggestion for ${transaction}.`);
  return found;
}

function reject(transaction: string): void {
  const after = reviewed(of(transaction), { status: 'rejected' }, { now: at(20), by: 'me' });
  items.set(transaction, after ?? of(transaction));
}

const proposedFor = (transaction: string) =>
  of(transaction).proposals.map(({ categoryId }) => categoryId);

function open(...entries: readonly Entry[]): void {
  extract = budget([
    ...times(8, { payee: 'Lidl', category: 'Household' }),
    ...times(12, { payee: 'Lidl', category: 'Food' }),
    ...times(12, { payee: 'Shell', category: 'Fuel' }),
    ...entries,
  ]);
}

beforeEach(async () => {
  items = new Map();
  writes = 0;
  renewed = [];
  holdsBudget = true;
  engine = historyEngine;
  open(
    { id: 'a', date: 20260102, payee: 'Lidl' },
    { id: 'b', date: 20260103, payee: 'Lidl' },
    { id: 'c', date: 20260104, payee: 'Shell' },
  );
  await generate();
});

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
    engine = {
      propose: () => ({ candidates: [], proposals: [{ transactionId, categories, reason }] }),
    };
    await retry(id);
    expect(of('a')).toMatchObject({ status: 'pending', revision: revision + 1 });
  });

  it('renews no rejected one that it reopens: a write of the table takes each item once', async () => {
    reject('a');
    await retry(of('a').id, 20 + 20 * 86_400);
    expect(of('a').status).toBe('pending');
    expect(renewed).toEqual([]);
  });

  it('keeps a rejected one for longer that nothing else is proposed for', async () => {
    reject('a');
    items.delete('b');
    const { id, transactionId } = of('a');
    engine = { propose: () => ({ candidates: [transactionId], proposals: [] }) };
    await retry(id, 20 + 20 * 86_400);
    expect(renewed).toEqual(['a']);
  });

  it('never proposes what was rejected for one of them to another of the payee', async () => {
    reject('a');
    await retry(of('b').id);
    expect([...proposedFor('a'), ...proposedFor('b')]).not.toContain('Food');
  });

  it('leaves what was rejected rejected, when nothing is proposed any more', async () => {
    reject('a');
    await retry(of('a').id);
    const propose = engine.propose;
    engine = { propose: async (asked) => ({ ...(await propose(asked)), proposals: [] }) };
    await generate();
    engine = historyEngine;
    await generate();
    expect(of('a')).toMatchObject({ status: 'rejected', rejectedCategoryIds: ['Food'] });
  });

  it('is about the transaction alone where no payee is known', async () => {
    const past = ['Food', 'Fun'].flatMap((category) => times(500, { category }));
    extract = budget([...past, { id: 'd' }, { id: 'e' }]);
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
    items.delete('b');
    open(
      { id: 'a', date: 20260102, payee: 'Lidl', category: 'Household' },
      { id: 'b', date: 20260103, payee: 'Lidl' },
    );
    await retry(of('a').id);
    expect(proposedFor('b')[0]).toBe('Household');
  });

  it('knows the payee by the name that it has now', async () => {
    reject('a');
    extract = {
      ...extract,
      payees: extract.payees.map((one) =>
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
    const pending = [...items.values()].filter(({ status }) => status === 'pending');
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
    items.set(
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
    items.set('a', approved ?? of('a'));
    reject('b');
    await retry(of('b').id);
    expect(of('a')).toEqual(approved);
  });

  it('proposes for transactions of the payee that had no suggestion yet', async () => {
    items.delete('b');
    await retry(of('a').id);
    expect(proposedFor('b')[0]).toBe('Food');
  });

  it('writes nothing when nothing changed', async () => {
    writes = 0;
    await retry(of('a').id);
    expect(writes).toBe(0);
  });

  it('ends the same when it is run again after it wrote', async () => {
    const { id } = of('a');
    reject('a');
    await retry(id);
    const once = [...items.values()];
    await retry(id);
    expect([...items.values()]).toEqual(once);
  });

  it('counts what is open for the payee and what it wrote', async () => {
    reject('a');
    expect(await retry(of('a').id)).toEqual({
      counts: { uncategorised: 2, suggestions: 2, written: 2, removed: 0 },
    });
  });

  it('counts those that were added, and those that are gone', async () => {
    items.delete('b');
    expect(await retry(of('a').id)).toStrictEqual({
      counts: { uncategorised: 2, suggestions: 2, written: 1, removed: 0 },
    });
    open(
      { id: 'a', date: 20260102, payee: 'Lidl' },
      { id: 'b', date: 20260103, payee: 'Lidl', category: 'Food' },
    );
    expect(await retry(of('a').id)).toMatchObject({ counts: { suggestions: 1, removed: 1 } });
  });

  it('tells the engine of rejections for what is open of the payee, and for nothing else', async () => {
    reject('a');
    const requests: Parameters<SuggestionEngine['propose']>[0][] = [];
    engine = {
      propose: (request) => {
        requests.push(request);
        return historyEngine.propose(request);
      },
    };
    await retry(of('a').id);
    const told = requests[0]?.decisions.map(({ transactionId: id }) => id);
    expect(new Set(told)).toEqual(new Set(['a', 'b']));
  });

  it('wants nothing for what is approved already', async () => {
    items.set('a', reviewed(of('a'), { status: 'approved' }, { now: at(20), by: 'me' }) ?? of('a'));
    const wanted: string[] = [];
    engine = {
      propose: (request) => {
        const ids = [of('a'), of('b'), of('c')].map((one) => one.transactionId);
        wanted.push(...ids.filter((id) => request.wanted?.(id)));
        return historyEngine.propose(request);
      },
    };
    await retry(of('b').id);
    expect(wanted).toEqual(['b']);
  });

  it('counts no transaction that the budget does not have, not even among those without a payee', async () => {
    open({ id: 'a', date: 20260102, payee: '' });
    const { transactionId, proposals: categories, reason } = of('a');
    const gone = of('c').transactionId;
    engine = {
      propose: () => ({
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
    items.delete('a');
    await expect(retry(id)).rejects.toMatchObject({ name: 'SUGGESTION_NOT_FOUND' });
  });

  it('changes nothing once it no longer holds the budget', async () => {
    reject('a');
    holdsBudget = false;
    await expect(retry(of('a').id)).rejects.toThrow(JobNotRunningError);
  });
});

describe('with a language model', () => {
  const model = (...replies: readonly Said[]) => {
    const asked = modelThat(...replies);
    const ports = { model: asked, limits: LIMITS, now: () => 0, wait: async () => {} };
    engine = modelEngine(historyEngine, ports, () => Number.POSITIVE_INFINITY);
    return asked;
  };
  const strangers = [
    { id: 'x', payee: 'Bike Shop' },
    { id: 'y', payee: 'Bike Shop' },
    { id: 'z', payee: 'Tailor' },
  ];

  it('asks anew about the payee alone, without what was rejected there', async () => {
    model(choosing('Food', 'Fuel'));
    open(...strangers);
    await generate();
    reject('x');
    const asked = model(choosing('Household'));
    const { counts } = await retry(of('x').id);
    expect(asked.questions.map((one) => dataOf(one).payees)).toEqual([
      [{ id: 'p1', payee: 'Bike Shop', amount: -10, not: ['c2'] }],
    ]);
    expect([proposedFor('x'), proposedFor('y'), proposedFor('z')]).toEqual([
      ['Household'],
      ['Household'],
      ['Food', 'Fuel'],
    ]);
    expect(counts).toMatchObject({ modelCalls: 1 });
  });

  it('does not ask about what is applied already', async () => {
    model(choosing('Food'));
    open({ id: 'x', payee: 'Bike Shop' });
    await generate();
    items.set('x', { ...of('x'), status: 'applied' });
    const asked = model(choosing('Fuel'));
    await retry(of('x').id);
    expect(asked.questions).toEqual([]);
  });

  it('keeps what stood, and says so, when the model is down', async () => {
    model(choosing('Food'));
    open(...strangers);
    await generate();
    model(UNAVAILABLE);
    const { warnings } = await retry(of('x').id);
    expect(proposedFor('x')).toEqual(['Food']);
    expect(warnings).toMatchObject([{ code: 'MODEL_UNAVAILABLE', count: 1 }]);
  });
});
