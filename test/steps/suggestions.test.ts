import { beforeEach, describe, expect, it } from 'vitest';
import { transactionId } from '../../functions/domain/ids.ts';
import { modelWarning } from '../../functions/domain/model-warnings.ts';
import { JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { at, BUDGET, FENCE } from '../domain/builders.ts';

import { begin, decide, FIRST, open, proposal, review, run, world } from './generating.ts';

beforeEach(begin);

describe('a first proposal', () => {
  it('is written as pending, with the transaction as the user knows it', async () => {
    world.proposals = [proposal('a')];
    await run();
    expect(world.suggestions).toEqual([
      {
        id: `a.${FIRST}`,
        budgetId: BUDGET,
        transactionId: 'a',
        revision: FIRST,
        status: 'pending',
        transaction: {
          date: '2026-01-02',
          accountName: 'Checking',
          payee: 'Lidl',
          amount: -1234,
          payeeId: 'Lidl',
          reconciled: false,
        },
        proposals: [{ categoryId: 'food', categoryName: 'Food', confidence: 0.93 }],
        reason: '9 of 9 past transactions at “Lidl” are Food',
        payeeName: null,
        proposedBy: 'history',
        decision: null,
        rejectedCategoryIds: [],
        lastOutcome: null,
        appliedBy: null,
        createdAt: at(10),
        updatedAt: at(10),
      },
    ]);
  });

  it("shows the bank's text where there is no payee, and the payee that is proposed", async () => {
    world.proposals = [proposal('b', { payeeName: 'Tesco' })];
    await run();
    expect(world.suggestions[0]).toMatchObject({
      transaction: { payee: 'TESCO 12' },
      payeeName: 'Tesco',
    });
  });

  it('knows each transaction by its own payee, and one without a payee by none', async () => {
    open({ id: 'a', payee: 'Lidl' }, { id: 'b', payee: 'Shell' }, { id: 'c', text: 'TESCO 12' });
    world.proposals = ['a', 'b', 'c'].map((id) => proposal(id));
    await run();
    const known = world.suggestions.map(({ transaction }) => transaction.payeeId);
    expect(known).toEqual(['Lidl', 'Shell', null]);
  });

  it('keeps of long names what a person reads, so that many of them can be written at once', async () => {
    const [long, kept] = ['あ'.repeat(10_000), `${'あ'.repeat(199)}…`];
    open({ id: 'a', account: long, payee: long });
    const categories = [{ categoryId: 'food', categoryName: long, confidence: 0.5 }] as const;
    world.proposals = [proposal('a', { categories })];
    await run();
    expect(world.suggestions[0]).toMatchObject({
      transaction: { accountName: kept, payee: kept },
      proposals: [{ categoryName: kept }],
    });
  });

  it('says of a category that is unlikely that it is a hundredth likely, not that it is impossible', async () => {
    const [food, fun] = [0.99, 0.002].map((confidence, place) => ({
      categoryId: `${place}`,
      categoryName: `${place}`,
      confidence,
    }));
    if (food === undefined || fun === undefined) throw new Error('There are two');
    world.proposals = [proposal('a', { categories: [food, fun] })];
    await run();
    expect(world.suggestions[0]?.proposals.map(({ confidence }) => confidence)).toEqual([
      0.99, 0.01,
    ]);
  });

  it("is written under the worker's fence", async () => {
    world.proposals = [proposal('a')];
    await run();
    expect(world.writes.map(([, fence]) => fence)).toEqual([FENCE]);
  });

  it('is counted', async () => {
    world.proposals = [proposal('a')];
    expect(await run()).toEqual({
      counts: { uncategorised: 2, suggestions: 1, written: 1, removed: 0 },
    });
  });
});

describe('what is not proposed for', () => {
  it('is a transaction that the budget does not have', async () => {
    world.proposals = [proposal('nowhere')];
    expect(await run()).toStrictEqual({
      counts: { uncategorised: 2, suggestions: 0, written: 0, removed: 0 },
    });
    expect(world.writes).toEqual([]);
  });

  it('is one that was rejected: nothing opens it again by itself', async () => {
    world.proposals = [proposal('a')];
    await run();
    decide('a', 'rejected');
    world.proposals = [proposal('a', { reason: 'another' }), proposal('b')];
    await run(99);
    expect(world.writes.at(-1)?.[0]).toMatchObject({ put: [{ transactionId: 'b' }], reopen: [] });
  });

  it('is told as a decision where it is approved, and not any more once it is applied', async () => {
    world.proposals = [proposal('a'), proposal('b')];
    await run();
    decide('a', 'approved');
    decide('b', 'approved');
    decide('b', 'applied');
    await run(99);
    expect(world.asked.at(-1)?.decisions).toEqual([
      { transactionId: 'a', verdict: 'approved', categoryId: 'food' },
    ]);
  });

  it('is told as a correction where another category is approved than was proposed', async () => {
    world.proposals = [proposal('a')];
    await run();
    review('a', { status: 'approved', categoryId: 'fun' });
    await run(99);
    expect(world.asked.at(-1)?.decisions).toEqual([
      { transactionId: 'a', verdict: 'corrected', categoryId: 'fun' },
    ]);
  });
});

describe('a transaction', () => {
  it('is shown with its own account, and that it is reconciled', async () => {
    open(
      { id: 'x', account: 'Checking', category: 'Food' },
      { id: 'a', account: 'Savings', flags: ['reconciled'] },
    );
    world.proposals = [proposal('a')];
    await run();
    expect(world.suggestions[0]?.transaction).toMatchObject({
      accountName: 'Savings',
      reconciled: true,
    });
  });
});

describe('what a language model proposed', () => {
  const ofModel = proposal('a', { proposedBy: 'model' });

  beforeEach(async () => {
    world.proposals = [ofModel, proposal('b')];
    await run();
  });

  it('is marked as such', () => {
    expect(world.suggestions.map(({ proposedBy }) => proposedBy)).toEqual(['model', 'history']);
  });

  it('is told to the engine while it stands', async () => {
    await run(99);
    expect(world.asked.at(-1)).toMatchObject({
      standing: [{ transactionId: 'a', payee: 'Lidl', categories: [{ categoryId: 'food' }] }],
      anew: false,
    });
    decide('a', 'approved');
    await run(120);
    expect(world.asked.at(-1)?.standing).toEqual([]);
  });

  it('is the next revision when the past proposes the same by now', async () => {
    world.proposals = [proposal('a'), proposal('b')];
    await run(99);
    const after = world.suggestions.find((one) => one.transactionId === 'a');
    expect(after).toMatchObject({
      revision: Date.parse(at(99)),
      proposedBy: 'history',
    });
    expect(world.writes.at(-1)?.[0].put).toHaveLength(1);
  });
});

describe('the engine', () => {
  it('is told for which transactions a proposal would be of no use', async () => {
    world.proposals = [proposal('a'), proposal('b')];
    await run();
    decide('a', 'rejected');
    await run(99);
    const wanted = ['a', 'b', 'c'].map((id) => world.asked.at(-1)?.wanted(transactionId(id)));
    expect(wanted).toEqual([false, true, true]);
  });

  it('leaves its warnings and what it spent with the job', async () => {
    const warning = modelWarning('MODEL_UNAVAILABLE', 4);
    world.warnings = [warning];
    expect(await run()).toEqual({
      counts: {
        uncategorised: 2,
        suggestions: 0,
        written: 0,
        removed: 0,
        modelCalls: 3,
        modelTokens: 900,
      },
      warnings: [warning],
    });
  });
});

describe('it ends with', () => {
  it('SNAPSHOT_MISSING when there is no snapshot', async () => {
    world.snapshot = undefined;
    await expect(run()).rejects.toMatchObject({ name: 'SNAPSHOT_MISSING' });
  });

  it('what the bucket says when the extract cannot be had', async () => {
    world.extracts.clear();
    await expect(run()).rejects.toMatchObject({ name: 'SNAPSHOT_MISSING' });
  });

  it('JobNotRunning when the worker no longer holds the budget', async () => {
    world.proposals = [proposal('a')];
    world.holdsBudget = false;
    await expect(run()).rejects.toThrow(JobNotRunningError);
    expect(world.suggestions).toEqual([]);
  });
});

it('proposes for 20,000 transactions at once', async () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `t${index}`);
  open(...ids.map((id) => ({ id, payee: 'Lidl' })));
  world.proposals = ids.map((id) => proposal(id));
  expect((await run()).counts).toEqual({
    uncategorised: 20_000,
    suggestions: 20_000,
    written: 20_000,
    removed: 0,
  });
});
