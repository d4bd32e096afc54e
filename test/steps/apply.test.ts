import { beforeEach, describe, expect, it } from 'vitest';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { JobNotRunningError } from '../../functions/domain/failures.ts';
import {
  executionId,
  jobId,
  type SuggestionId,
  suggestionId,
  transactionId,
  workerId,
} from '../../functions/domain/ids.ts';
import type { JobInput, JobRecord } from '../../functions/domain/job.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { type ApplyPorts, applyStep } from '../../functions/steps/apply.ts';
import { at, BUDGET, JOB, newRecord, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { budget, type Entry } from '../suggest/budgets.ts';

/** The order of an apply and what it leaves behind, wherever it stops. */

const FENCE = {
  budgetId: BUDGET,
  jobId: JOB,
  executionId: executionId('execution'),
  workerId: workerId('worker'),
};

let entries: Entry[];
let items: Map<string, Suggestion>;
let input: JobInput | undefined;
let records: Map<string, JobRecord>;
let order: string[];
/** Jobs that the step asked for. */
let asked: string[];
let inputsRead: number;
let looks: number;
let isLocked: boolean;
/** Throws when the step comes to this call. */
let diesAt: string | undefined;
let conflictAt: string | undefined;
/** A transaction that another device gives a category at the same time, and later by the clock. */
let contested: string | undefined;
/** What users decide while the budget is being opened. */
let decidedMeanwhile: readonly Suggestion[];

const extract = (): BudgetExtract =>
  budget(entries, { categories: ['food', 'rent'], payees: ['grocer'] });

function called(name: string): boolean {
  order.push(name);
  if (name === diesAt) throw new Error('killed');
  return name !== conflictAt;
}

const ports: ApplyPorts = {
  newSnapshotId: () => 'snapshot',
  snapshots: {
    current: async () => undefined,
    setCurrent: async () => (called('setCurrent') ? 'written' : 'conflict'),
  },
  bucket: {
    readArchive: async () => undefined,
    writeArchive: async () => 'stamp',
    readExtract: async () => extract(),
    writeExtract: async () => 'stamp',
    stampOf: async () => undefined,
    remove: async () => {},
  },
  budgets: {
    edit: async (_request, plan) => {
      for (const one of decidedMeanwhile) items.set(one.transactionId, one);
      const updates = await plan(extract());
      if (updates.length > 0) called('send');
      entries = entries.map((entry) => {
        const update = updates.find((one) => one.transactionId === entry.id);
        if (update === undefined) return entry;
        return { ...entry, category: entry.id === contested ? 'rent' : update.categoryId };
      });
      called('sent');
      return { archive: new Uint8Array(), extract: extract(), cloudFileId: 'file' };
    },
  },
  jobs: {
    get: async (id) => {
      asked.push(id);
      return records.get(id);
    },
    input: async () => {
      inputsRead += 1;
      return input;
    },
    beginSending: async () => (called('beginSending') ? 'written' : 'conflict'),
    look: async () => {
      looks += 1;
      return isLocked ? { running: { sending: order.includes('beginSending') } } : {};
    },
  },
  suggestions: {
    all: async () => [...items.values()],
    approve: async (approvals) => {
      if (!called('approve')) return { kind: 'not_running' };
      for (const { before, after } of approvals) {
        if (items.get(before.transactionId)?.updatedAt === before.updatedAt) {
          items.set(after.transactionId, after);
        }
      }
      return { kind: 'written' };
    },
    recordOutcomes: async ({ applied, refused }) => {
      if (!called('recordOutcomes')) return { kind: 'not_running' };
      for (const one of applied) items.set(one.transactionId, one);
      for (const { after } of refused) items.set(after.transactionId, after);
      return { kind: 'written' };
    },
  },
};

function approved(n: number): Suggestion {
  const id = transactionId(`t-${n}`);
  const { transaction } = suggestion(n);
  return suggestion(n, {
    id: suggestionId(id, 1),
    transactionId: id,
    status: 'approved',
    transaction: { ...transaction, amount: -100 },
    decision: {
      categoryId: 'food',
      categoryName: 'Food',
      payeeName: null,
      decidedAt: at(0),
      decidedBy: 'me',
    },
  });
}

const pending = (n: number) => ({ ...approved(n), status: 'pending' as const, decision: null });

const run = (ids?: readonly SuggestionId[], record = jobOf(ids)) => {
  input = ids === undefined ? undefined : { suggestionIds: ids };
  return applyStep(ports)({ record, fence: FENCE, now: () => at(60) });
};

function jobOf(ids?: readonly SuggestionId[], parent: string | null = null): JobRecord {
  const made = newRecord({
    type: 'suggestions_apply',
    ...(ids === undefined ? {} : { suggestionIds: ids }),
  });
  return { ...made, job: { ...made.job, parentJobId: parent === null ? null : jobId(parent) } };
}

const of = (n: number) => items.get(`t-${n}`);

beforeEach(() => {
  order = [];
  asked = [];
  inputsRead = 0;
  looks = 0;
  isLocked = true;
  records = new Map();
  diesAt = undefined;
  conflictAt = undefined;
  contested = undefined;
  decidedMeanwhile = [];
  input = undefined;
  entries = [1, 2].map((n) => ({ id: `t-${n}`, payee: 'grocer', amount: -100 }));
  items = new Map([1, 2].map((n) => [`t-${n}`, approved(n)]));
});

describe('an apply', () => {
  it('says that it is sending before its first change, and marks after the server has it', async () => {
    await run();
    expect(order).toEqual(['beginSending', 'send', 'sent', 'setCurrent', 'recordOutcomes']);
    expect(of(1)).toMatchObject({ status: 'applied', appliedBy: JOB, lastOutcome: null });
  });

  it('approves what nobody decided on before it is sent: no job in between may drop it', async () => {
    items.set('t-1', pending(1));
    diesAt = 'send';
    await expect(run([pending(1).id, approved(2).id])).rejects.toThrow('killed');
    expect(order).toEqual(['beginSending', 'approve', 'send']);
    expect(of(1)).toMatchObject({
      status: 'approved',
      decision: { categoryId: 'food', decidedAt: at(60), decidedBy: 'api' },
    });
    expect(of(2)).toEqual(approved(2));
  });

  it('approves nothing that it does not send', async () => {
    items = new Map([1, 2].map((n) => [`t-${n}`, pending(n)]));
    entries = [{ id: 't-1', payee: 'grocer', amount: -100, category: 'rent' }];
    await run([pending(1).id, pending(2).id]);
    expect([of(1)?.status, of(2)?.status]).toEqual(['pending', 'pending']);
    expect(order).not.toContain('approve');
  });

  it('approves what it sends alone', async () => {
    items = new Map([1, 2].map((n) => [`t-${n}`, pending(n)]));
    entries = entries.slice(0, 1);
    await run([pending(1).id, pending(2).id]);
    expect([of(1)?.status, of(2)?.status]).toEqual(['applied', 'pending']);
  });

  describe('sends nothing that was decided on otherwise while the budget was opened:', () => {
    const decision = { categoryId: 'rent', categoryName: 'Rent', payeeName: null };
    const later = { updatedAt: at(50) };

    it.each([
      ['an approved one was rejected', approved(1), { status: 'rejected', decision: null }],
      ['a pending one was rejected', pending(1), { status: 'rejected', decision: null }],
      [
        'an approved one was corrected',
        approved(1),
        { status: 'approved', decision: { ...decision, decidedAt: at(50), decidedBy: 'me' } },
      ],
    ] as const)('%s', async (_what, before, decided) => {
      items.set('t-1', before);
      const meanwhile = { ...before, ...later, ...decided };
      decidedMeanwhile = [meanwhile];
      expect(await run([before.id, approved(2).id])).toMatchObject({
        counts: { applied: 1, notApplied: 1 },
        warnings: [{ code: 'DECIDED_ANEW', count: 1 }],
      });
      expect(entries.map(({ category }) => category)).toEqual([undefined, 'food']);
      expect(of(1)).toEqual({ ...meanwhile, lastOutcome: { code: 'DECIDED_ANEW', at: at(60) } });
    });

    it('but what somebody else approved just so', async () => {
      items.set('t-1', pending(1));
      decidedMeanwhile = [{ ...approved(1), ...later }];
      await run([pending(1).id, approved(2).id]);
      expect(of(1)).toMatchObject({ status: 'applied', decision: approved(1).decision });
    });
  });

  it('goes on from the current snapshot', async () => {
    const archive = new Uint8Array([1]);
    const snapshot = {
      id: 'before',
      budgetId: BUDGET,
      takenAt: at(0),
      archiveKey: 'archive',
      extractKey: 'extract',
      cloudFileId: 'file',
      counts: { accounts: 1, transactions: 2 },
    };
    const opened: unknown[] = [];
    const step = applyStep({
      ...ports,
      snapshots: { ...ports.snapshots, current: async () => snapshot },
      bucket: { ...ports.bucket, readArchive: async () => archive },
      budgets: {
        edit: async (request, plan) => {
          opened.push(request);
          return ports.budgets.edit(request, plan);
        },
      },
    });
    await step({ record: jobOf(), fence: FENCE, now: () => at(60) });
    expect(opened).toEqual([{ budgetId: BUDGET, archive, cloudFileId: 'file' }]);
  });

  it('reads no list where none was named, and asks for no job where it repeats none', async () => {
    await run();
    expect([inputsRead, asked]).toEqual([0, []]);
  });

  it('lets the time of one that does not fit run from its decision', async () => {
    entries = entries.slice(0, 1);
    await run();
    expect(of(2)?.updatedAt).toBe(approved(2).updatedAt);
  });

  it('does not say so when there is nothing to change', async () => {
    entries = entries.map((entry) => ({ ...entry, category: 'food' }));
    await run();
    expect(order).not.toContain('beginSending');
    expect(of(1)?.status).toBe('applied');
  });

  it('does not open the budget when nothing is approved', async () => {
    items = new Map();
    expect(await run()).toEqual({ counts: { applied: 0, notApplied: 0 } });
    expect(order).toEqual([]);
  });

  it('believes what it reads back: what another device overwrote is not applied', async () => {
    contested = 't-2';
    expect(await run()).toMatchObject({
      counts: { applied: 1, notApplied: 1 },
      warnings: [{ code: 'NOT_CONFIRMED', count: 1 }],
    });
    expect(of(2)).toMatchObject({ status: 'approved', lastOutcome: { code: 'NOT_CONFIRMED' } });
    expect(of(2)?.transaction).toEqual(approved(2).transaction);
  });

  it('leaves the transaction as it was shown where nobody has approved it', async () => {
    items.set('t-1', pending(1));
    entries = entries.map((entry) => ({ ...entry, amount: -777 }));
    await run([pending(1).id]);
    expect(of(1)).toMatchObject({
      status: 'pending',
      transaction: pending(1).transaction,
      lastOutcome: { code: 'TRANSACTION_CHANGED' },
    });
  });

  describe('of a reconciled transaction', () => {
    beforeEach(() => {
      entries = entries.slice(0, 1).map((entry) => ({ ...entry, flags: ['reconciled'] as const }));
      const { decision, transaction } = approved(1);
      if (decision === null) throw new Error('It is approved');
      const seen = { ...transaction, reconciled: true };
      const wanted = { ...decision, payeeName: 'Corner Shop' };
      items = new Map([['t-1', { ...approved(1), transaction: seen, decision: wanted }]]);
    });

    it('warns that it keeps its payee', async () => {
      expect(await run()).toMatchObject({
        counts: { applied: 1, notApplied: 0 },
        warnings: [{ code: 'PAYEE_KEPT', count: 1 }],
      });
    });

    it('says nothing of its payee where it did not get its category either', async () => {
      contested = 't-1';
      const { warnings } = await run();
      expect(warnings?.map(({ code }) => code)).toEqual(['NOT_CONFIRMED']);
    });
  });

  it('counts what it applied and what no longer fits, and warns of each reason once', async () => {
    entries = entries.slice(0, 1);
    expect(await run()).toMatchObject({
      counts: { applied: 1, notApplied: 1 },
      warnings: [{ code: 'TRANSACTION_GONE', count: 1 }],
    });
    expect(of(2)).toMatchObject({
      status: 'approved',
      lastOutcome: { code: 'TRANSACTION_GONE', at: at(60) },
    });
  });

  it('is never told to have refused one before it was decided, however slow the clock is', async () => {
    entries = [];
    items = new Map([['t-1', { ...approved(1), updatedAt: at(90) }]]);
    await run();
    expect(of(1)).toMatchObject({ lastOutcome: { at: at(90) }, updatedAt: at(90) });
  });

  it('shows what the budget has now where the user has to approve anew', async () => {
    entries = entries.map((entry) => ({ ...entry, amount: -777 }));
    await run();
    expect(of(1)).toMatchObject({
      id: approved(1).id,
      status: 'approved',
      transaction: { amount: -777 },
      lastOutcome: { code: 'TRANSACTION_CHANGED' },
    });
  });

  it.each(['beginSending', 'approve', 'send', 'sent', 'setCurrent', 'recordOutcomes'])(
    'that dies at %s ends the same when it is run again',
    async (call) => {
      items.set('t-1', pending(1));
      const ids = [pending(1).id, approved(2).id];
      diesAt = call;
      await expect(run(ids)).rejects.toThrow('killed');
      diesAt = undefined;
      await run(ids);
      expect([of(1)?.status, of(2)?.status]).toEqual(['applied', 'applied']);
      expect(entries.map(({ category }) => category)).toEqual(['food', 'food']);
    },
  );

  it.each(['beginSending', 'approve', 'setCurrent', 'recordOutcomes'])(
    'ends with JobNotRunning when %s finds that it no longer holds the budget',
    async (call) => {
      items.set('t-1', pending(1));
      conflictAt = call;
      await expect(run([pending(1).id, approved(2).id])).rejects.toThrow(JobNotRunningError);
    },
  );

  it.each(['beginSending', 'approve'])('sends nothing once %s was refused', async (call) => {
    items.set('t-1', pending(1));
    conflictAt = call;
    await expect(run([pending(1).id])).rejects.toThrow(JobNotRunningError);
    expect(order).not.toContain('send');
  });
});

describe('an apply of named suggestions', () => {
  const first = approved(1).id;
  const second = approved(2).id;

  it('counts those of the job that it repeats as applied', async () => {
    const parent = uuid(77);
    items.set('t-1', { ...approved(1), status: 'applied', appliedBy: jobId(parent) });
    records.set(parent, newRecord());
    const done = await run([first, second], jobOf([first, second], parent));
    expect(done).toMatchObject({ counts: { applied: 2, notApplied: 0 } });
  });

  it('counts those that it has applied itself, and those of the job that was repeated before', async () => {
    const [parent, first_] = [uuid(77), uuid(76)];
    items.set('t-1', { ...approved(1), status: 'applied', appliedBy: jobId(first_) });
    items.set('t-2', { ...approved(2), status: 'applied', appliedBy: JOB });
    records.set(parent, jobOf([first, second], first_));
    const done = await run([first, second], jobOf([first, second], parent));
    expect(done).toMatchObject({ counts: { applied: 2, notApplied: 0 } });
  });

  it('goes through also when the job that it repeats is not kept any more', async () => {
    const done = await run([first, second], jobOf([first, second], uuid(77)));
    expect(done).toMatchObject({ counts: { applied: 2 } });
  });

  describe('of which one was rejected since it had begun to send, run again after it was killed,', () => {
    const rejection = { ...approved(1), status: 'rejected', decision: null } as const;

    it('leaves out the one that it had not sent, and applies the others', async () => {
      decidedMeanwhile = [rejection];
      diesAt = 'sent';
      await expect(run([first, second])).rejects.toThrow('killed');
      diesAt = undefined;
      expect(await run([first, second])).toMatchObject({
        counts: { applied: 1, notApplied: 1 },
        warnings: [{ code: 'DECIDED_ANEW', count: 1 }],
      });
      expect(entries.map(({ category }) => category)).toEqual([undefined, 'food']);
      expect([of(1)?.status, of(2)?.status]).toEqual(['rejected', 'applied']);
    });

    it('counts the one that is in the budget as applied', async () => {
      diesAt = 'sent';
      await expect(run([first, second])).rejects.toThrow('killed');
      diesAt = undefined;
      items.set('t-1', rejection);
      expect(await run([first, second])).toMatchObject({ counts: { applied: 2, notApplied: 0 } });
    });
  });

  describe('of which one was rejected since it ended, when it is repeated by another job,', () => {
    const repeatedAfter = (failureCode: 'SERVER_UNREACHABLE' | 'APPLY_REJECTED' | null) => {
      const failed = jobOf([first, second]);
      records.set(uuid(77), { ...failed, job: { ...failed.job, failureCode } });
      isLocked = false;
      items.set('t-1', { ...approved(1), status: 'rejected', decision: null });
      return run([first, second], jobOf([first, second], uuid(77)));
    };

    it('counts the one that is in the budget as applied, and applies the others', async () => {
      entries = entries.map((entry) =>
        entry.id === 't-1' ? { ...entry, category: 'food' } : entry,
      );
      expect(await repeatedAfter('SERVER_UNREACHABLE')).toMatchObject({
        counts: { applied: 2, notApplied: 0 },
      });
    });

    it('leaves out the one that was never sent', async () => {
      expect(await repeatedAfter('SERVER_UNREACHABLE')).toMatchObject({
        counts: { applied: 1, notApplied: 1 },
        warnings: [{ code: 'DECIDED_ANEW', count: 1 }],
      });
      expect([of(1)?.status, of(2)?.status]).toEqual(['rejected', 'applied']);
    });

    it.each([
      ['was refused whole', 'APPLY_REJECTED'],
      ['was canceled, which it could be only before it sent', null],
    ] as const)('is refused whole where it %s', async (_how, failureCode) => {
      await expect(repeatedAfter(failureCode)).rejects.toMatchObject({ name: 'APPLY_REJECTED' });
      expect(of(2)?.status).toBe('approved');
    });
  });

  it('does not look at the lock where nothing stands in its way', async () => {
    await run([first, second]);
    expect(looks).toBe(0);
  });

  it.each([
    ['before it has begun to send', true],
    ['and its lock is gone', false],
  ])('is rejected whole where one was rejected %s', async (_when, locked) => {
    isLocked = locked;
    items.set('t-1', { ...approved(1), status: 'rejected', decision: null });
    await expect(run([first, second])).rejects.toMatchObject({ name: 'APPLY_REJECTED' });
    expect(of(2)?.status).toBe('approved');
  });

  it('is rejected whole, with the list, when another job has applied one', async () => {
    items.set('t-1', { ...approved(1), status: 'applied', appliedBy: jobId(uuid(78)) });
    await expect(run([first, second])).rejects.toMatchObject({
      name: 'APPLY_REJECTED',
      message: expect.stringContaining(first),
    });
    expect(of(2)?.status).toBe('approved');
  });

  it('is rejected when its list is not kept any more: everything approved is another order', async () => {
    const record = jobOf([first]);
    await expect(
      applyStep(ports)({ record, fence: FENCE, now: () => at(60) }),
    ).rejects.toMatchObject({
      name: 'APPLY_REJECTED',
      message: expect.stringContaining('not kept any more'),
    });
  });
});
