import { beforeEach, describe, expect, it } from 'vitest';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { FailureError, failure, JobNotRunningError } from '../../functions/domain/failures.ts';
import {
  executionId,
  millisecondsAfter,
  suggestionId,
  transactionId,
  workerId,
} from '../../functions/domain/ids.ts';
import type { JobWarning } from '../../functions/domain/job.ts';
import { modelWarning } from '../../functions/domain/model-warnings.ts';
import { type Review, reviewed } from '../../functions/domain/review.ts';
import type { Fence } from '../../functions/domain/running.ts';
import type { Snapshot } from '../../functions/domain/snapshot.ts';
import type { Proposal, Suggestion } from '../../functions/domain/suggestion.ts';
import { type SuggestionsPorts, suggestionsStep } from '../../functions/steps/suggestions.ts';
import { at, BUDGET, JOB, newRecord } from '../domain/builders.ts';
import { budget, type Entry } from '../suggest/budgets.ts';

const FENCE: Fence = {
  budgetId: BUDGET,
  jobId: JOB,
  executionId: executionId('execution'),
  workerId: workerId('worker'),
};

const SNAPSHOT: Snapshot = {
  id: 'snapshot',
  budgetId: BUDGET,
  takenAt: at(0),
  archiveKey: 'archives/snapshot.zip',
  extractKey: 'extracts/snapshot.json.gz',
  cloudFileId: 'file',
  counts: { accounts: 1, transactions: 3 },
};

type Request = Parameters<SuggestionsPorts['engine']['propose']>[0];
type Write = Parameters<SuggestionsPorts['suggestions']['write']>;

/** What the step was given, and what it did with it. */
const world = {
  snapshot: undefined as Snapshot | undefined,
  extracts: new Map<string, BudgetExtract>(),
  suggestions: [] as Suggestion[],
  proposals: [] as Proposal[],
  warnings: undefined as JobWarning[] | undefined,
  asked: [] as Request[],
  writes: [] as Write[],
  holdsBudget: true,
  /** Transactions whose suggestion somebody decides on right before the write. */
  decidedMeanwhile: [] as string[],
};

let pendingDays: number;

const ports: Omit<SuggestionsPorts, 'pendingDays'> = {
  retentionDays: 30,
  snapshots: { current: async () => world.snapshot },
  extracts: {
    readExtract: async (key) => {
      const extract = world.extracts.get(key);
      if (extract === undefined) throw new FailureError(failure('SNAPSHOT_MISSING'));
      return extract;
    },
  },
  suggestions: {
    all: async () => world.suggestions,
    write: async (...write) => {
      world.writes.push(write);
      if (!world.holdsBudget) return { kind: 'not_running' };
      const isLeft = ({ transactionId: id }: Suggestion) => !world.decidedMeanwhile.includes(id);
      const put = write[0].put.filter(isLeft);
      const gone = new Set(
        [...put, ...write[0].remove.filter(isLeft)].map((one) => one.transactionId),
      );
      world.suggestions = [
        ...world.suggestions.filter((one) => !gone.has(one.transactionId)),
        ...put,
      ];
      return { kind: 'written', leftOut: world.decidedMeanwhile.map(transactionId) };
    },
  },
  engine: {
    propose: (request) => {
      world.asked.push(request);
      const { id, category } = request.extract.transactions;
      return {
        candidates: id.filter((_, index) => category[index] === -1).map(transactionId),
        proposals: world.proposals,
        ...(world.warnings === undefined
          ? {}
          : { warnings: world.warnings, counts: { modelCalls: 3, modelTokens: 900 } }),
      };
    },
  },
};

function open(...entries: readonly Entry[]): void {
  world.extracts.set(SNAPSHOT.extractKey, budget(entries));
}

function proposal(id: string, changes: Partial<Proposal> = {}): Proposal {
  return {
    transactionId: transactionId(id),
    categories: [{ categoryId: 'food', categoryName: 'Food', confidence: 0.934 }],
    reason: '9 of 9 past transactions at “Lidl” are Food',
    ...changes,
  };
}

/** The revision that a first proposal of `run()` gets. */
const FIRST = Date.parse(at(10));

const run = (seconds = 10) =>
  suggestionsStep({ ...ports, pendingDays })({
    record: newRecord(),
    fence: FENCE,
    now: () => at(seconds),
  });

/** Brings a suggestion to a status, by a review or as an apply would. */
function decide(id: string, status: Suggestion['status']): void {
  if (status === 'approved' || status === 'rejected') review(id, { status });
  else change(id, (one) => ({ ...one, status }));
}

function review(id: string, decision: Review): void {
  change(id, (one) => reviewed(one, decision, { now: at(20), by: 'me' }) ?? one);
}

function change(id: string, changed: (one: Suggestion) => Suggestion): void {
  world.suggestions = world.suggestions.map((one) =>
    one.transactionId === id ? changed(one) : one,
  );
}

beforeEach(() => {
  pendingDays = 90;
  world.snapshot = SNAPSHOT;
  world.suggestions = [];
  world.proposals = [];
  world.warnings = undefined;
  world.asked = [];
  world.writes = [];
  world.holdsBudget = true;
  world.decidedMeanwhile = [];
  open(
    { id: 'a', date: 20260102, payee: 'Lidl', amount: -1234 },
    { id: 'b', text: 'TESCO 12' },
    { id: 'c', category: 'Food' },
  );
});

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

describe('generating again', () => {
  beforeEach(async () => {
    world.proposals = [proposal('a')];
    await run();
    world.writes = [];
  });

  it('writes nothing when nothing changed', async () => {
    expect(await run(99)).toEqual({
      counts: { uncategorised: 2, suggestions: 1, written: 0, removed: 0 },
    });
    expect(world.writes).toEqual([]);
  });

  it('takes another second choice for a change', async () => {
    const [first] = proposal('a').categories;
    const second = { categoryId: 'fun', categoryName: 'Fun', confidence: 0.1 };
    for (const categories of [
      [first, second],
      [first, { ...second, categoryId: 'rent' }],
    ] as const) {
      const before = world.suggestions[0]?.revision ?? 0;
      world.proposals = [proposal('a', { categories })];
      await run(99);
      expect(world.suggestions[0]?.revision).toBe(before + 1);
    }
  });

  it('does not take a difference that rounding hides for a change', async () => {
    world.proposals = [
      proposal('a', {
        categories: [{ categoryId: 'food', categoryName: 'Food', confidence: 0.9321 }],
      }),
    ];
    await run(99);
    expect(world.writes).toEqual([]);
  });

  it.each<[string, Partial<Proposal>]>([
    ['category', { categories: [{ categoryId: 'fun', categoryName: 'Food', confidence: 0.934 }] }],
    ['confidence', { categories: [{ categoryId: 'food', categoryName: 'Food', confidence: 0.8 }] }],
    [
      "category's name",
      { categories: [{ categoryId: 'food', categoryName: 'Groceries', confidence: 0.934 }] },
    ],
    [
      'number of categories',
      {
        categories: [
          { categoryId: 'food', categoryName: 'Food', confidence: 0.934 },
          { categoryId: 'fun', categoryName: 'Fun', confidence: 0.05 },
        ],
      },
    ],
    ['reason', { reason: 'Like 9 of 10 past transactions at “Lidl”, which are Food' }],
    [
      'number in a name of the reason',
      { reason: '9 of 10 past transactions at “Lidl 2” are Food' },
    ],
    ['payee', { payeeName: 'Lidl' }],
  ])('raises the revision for another %s', async (_what, changes) => {
    world.proposals = [proposal('a', changes)];
    const { counts } = await run(99);
    expect(world.suggestions).toMatchObject([
      { id: `a.${FIRST + 1}`, revision: FIRST + 1, createdAt: at(10), updatedAt: at(99) },
    ]);
    expect(counts).toMatchObject({ suggestions: 1, written: 1 });
  });

  it('takes another number in a name of the reason for a change', async () => {
    for (const shop of ['Shop 24', 'Shop 25']) {
      world.writes = [];
      world.proposals = [
        proposal('a', { reason: `9 of 10 past transactions at “${shop}” are Food` }),
      ];
      await run(99);
      expect(world.writes).toHaveLength(1);
    }
  });

  it('does not take other counts of the reason for a change', async () => {
    world.proposals = [proposal('a', { reason: '10 of 11 past transactions at “Lidl” are Food' })];
    await run(99);
    expect(world.writes).toEqual([]);
  });

  it('tells the counts of the day when it is renewed', async () => {
    const reason = '10 of 11 past transactions at “Lidl” are Food';
    world.proposals = [proposal('a', { reason })];
    await run(10 + 30 * 86_400);
    expect(world.suggestions).toMatchObject([{ id: `a.${FIRST}`, reason }]);
  });

  it('writes a later time than before, however slow the clock is', async () => {
    world.proposals = [proposal('a', { reason: 'As ever.' })];
    await run(5);
    expect(world.suggestions[0]?.updatedAt).toBe(millisecondsAfter(at(10), 1));
  });

  it('keeps the revision when only the transaction reads otherwise', async () => {
    open({ id: 'a', date: 20260103, payee: 'Lidl', amount: -1234 });
    await run(99);
    expect(world.suggestions).toMatchObject([
      { id: `a.${FIRST}`, transaction: { date: '2026-01-03' }, updatedAt: at(99) },
    ]);
  });

  it.each<[string, Partial<Entry>]>([
    ['amount', { amount: -9999 }],
    ['payee', { payee: 'Aldi' }],
  ])('raises the revision for another %s of the transaction', async (_what, changes) => {
    open({ id: 'a', date: 20260102, payee: 'Lidl', amount: -1234, ...changes });
    await run(99);
    expect(world.suggestions).toMatchObject([{ id: `a.${FIRST + 1}` }]);
  });

  it('gives no id a second time, though the suggestion was gone meanwhile', async () => {
    world.proposals = [];
    await run(11);
    world.proposals = [proposal('a')];
    await run(99);
    expect(world.suggestions).toMatchObject([{ id: `a.${FIRST + 89_000}` }]);
  });

  it('renews one that still holds before it expires', async () => {
    const days = (count: number) => 10 + count * 86_400;
    await run(days(29));
    expect(world.writes).toEqual([]);
    await run(days(30));
    expect(world.suggestions).toMatchObject([{ id: `a.${FIRST}`, updatedAt: at(days(30)) }]);
  });

  it('renews it sooner where suggestions are kept for less', async () => {
    const days = (count: number) => 10 + count * 86_400;
    pendingDays = 21;
    await run(days(6));
    expect(world.writes).toEqual([]);
    await run(days(7));
    expect(world.suggestions).toMatchObject([{ id: `a.${FIRST}`, updatedAt: at(days(7)) }]);
  });

  it('renews a rejected one before it expires, or what was rejected would be proposed again', async () => {
    const days = (count: number) => 20 + count * 86_400;
    decide('a', 'rejected');
    await run(days(9));
    expect(world.writes).toEqual([]);
    const [before] = world.suggestions;
    await run(days(10));
    const after = { ...before, updatedAt: at(days(10)) };
    expect(world.writes.map(([changes]) => changes.renew)).toEqual([[{ before, after }]]);
  });

  it('writes a new one although one is renewed at once', async () => {
    const days = 20 + 10 * 86_400;
    decide('a', 'rejected');
    world.writes = [];
    world.proposals = [proposal('b')];
    await run(days);
    expect(world.writes.map(([{ put, renew }]) => [put.length, renew.length])).toEqual([[1, 1]]);
  });

  it('lets a rejected one expire whose transaction waits no more', async () => {
    decide('a', 'rejected');
    open({ id: 'a', category: 'Food' });
    await run(20 + 10 * 86_400);
    expect(world.writes).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['is gone', () => open({ id: 'b' })],
    ['has a category', () => open({ id: 'a', category: 'Food' })],
    ['is not proposed for any more', () => {}],
  ])('removes a pending one whose transaction %s', async (_what, arrange) => {
    arrange();
    world.proposals = [];
    expect((await run(99)).counts).toMatchObject({ suggestions: 0, written: 0, removed: 1 });
    expect(world.suggestions).toEqual([]);
  });

  it('counts no pending one as written or removed that somebody decided on meanwhile', async () => {
    world.decidedMeanwhile = ['a'];
    world.proposals = [proposal('a', { reason: 'Another.' })];
    expect((await run(99)).counts).toMatchObject({ suggestions: 1, written: 0, removed: 0 });
    world.proposals = [];
    expect((await run(99)).counts).toMatchObject({ suggestions: 1, written: 0, removed: 0 });
  });

  it.each(['approved', 'rejected', 'applied'] as const)(
    'leaves one alone that is %s',
    async (status) => {
      decide('a', status);
      world.proposals = [proposal('a', { reason: 'another' })];
      await run(99);
      world.proposals = [];
      open();
      await run(120);
      expect(world.writes).toEqual([]);
      expect(world.suggestions).toMatchObject([
        { id: suggestionId(transactionId('a'), FIRST), status },
      ]);
    },
  );

  it.each(['approved', 'rejected'] as const)('tells the engine what was %s', async (verdict) => {
    decide('a', verdict);
    await run(99);
    expect(world.asked.at(-1)?.decisions).toEqual([
      { transactionId: 'a', verdict, categoryId: 'food' },
    ]);
  });

  it.each(['pending', 'applied'] as const)('does not tell it what is %s', async (status) => {
    decide('a', status);
    await run(99);
    expect(world.asked.at(-1)?.decisions).toEqual([]);
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
    const [before] = world.suggestions;
    world.proposals = [proposal('a'), proposal('b')];
    await run(99);
    const after = world.suggestions.find((one) => one.transactionId === 'a');
    expect(after).toMatchObject({
      revision: (before?.revision ?? 0) + 1,
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
