import { beforeEach, describe, expect, it } from 'vitest';
import { JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { applyStep } from '../../functions/steps/apply.ts';
import { at, BUDGET, FENCE, JOB } from '../domain/builders.ts';
import { approved, begin, jobOf, of, pending, ports, run, world } from './applying.ts';

/** The order of an apply and what it leaves behind, wherever it stops. */

beforeEach(begin);

describe('an apply', () => {
  it('says that it is sending before its first change, and marks after the server has it', async () => {
    await run();
    expect(world.order).toEqual(['beginSending', 'send', 'sent', 'setCurrent', 'recordOutcomes']);
    expect(of(1)).toMatchObject({ status: 'applied', appliedBy: JOB, lastOutcome: null });
  });

  it('approves what nobody decided on before it is sent: no job in between may drop it', async () => {
    world.items.set('t-1', pending(1));
    world.diesAt = 'send';
    await expect(run([pending(1).id, approved(2).id])).rejects.toThrow('killed');
    expect(world.order).toEqual(['beginSending', 'approve', 'send']);
    expect(of(1)).toMatchObject({
      status: 'approved',
      decision: { categoryId: 'food', decidedAt: at(60), decidedBy: 'api' },
    });
    expect(of(2)).toEqual(approved(2));
  });

  it('approves nothing that it does not send', async () => {
    world.items = new Map([1, 2].map((n) => [`t-${n}`, pending(n)]));
    world.entries = [{ id: 't-1', payee: 'grocer', amount: -100, category: 'rent' }];
    await run([pending(1).id, pending(2).id]);
    expect([of(1)?.status, of(2)?.status]).toEqual(['pending', 'pending']);
    expect(world.order).not.toContain('approve');
  });

  it('approves what it sends alone', async () => {
    world.items = new Map([1, 2].map((n) => [`t-${n}`, pending(n)]));
    world.entries = world.entries.slice(0, 1);
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
      world.items.set('t-1', before);
      const meanwhile = { ...before, ...later, ...decided };
      world.decidedMeanwhile = [meanwhile];
      expect(await run([before.id, approved(2).id])).toMatchObject({
        counts: { applied: 1, notApplied: 1 },
        warnings: [{ code: 'DECIDED_ANEW', count: 1 }],
      });
      expect(world.entries.map(({ category }) => category)).toEqual([undefined, 'food']);
      expect(of(1)).toEqual({ ...meanwhile, lastOutcome: { code: 'DECIDED_ANEW', at: at(60) } });
    });

    it('but what somebody else approved just so', async () => {
      world.items.set('t-1', pending(1));
      world.decidedMeanwhile = [{ ...approved(1), ...later }];
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
    expect([world.inputsRead, world.asked]).toEqual([0, []]);
  });

  it('lets the time of one that does not fit run from its decision', async () => {
    world.entries = world.entries.slice(0, 1);
    await run();
    expect(of(2)?.updatedAt).toBe(approved(2).updatedAt);
  });

  it('does not say so when there is nothing to change', async () => {
    world.entries = world.entries.map((entry) => ({ ...entry, category: 'food' }));
    await run();
    expect(world.order).not.toContain('beginSending');
    expect(of(1)?.status).toBe('applied');
  });

  it('does not open the budget when nothing is approved', async () => {
    world.items = new Map();
    expect(await run()).toEqual({ counts: { applied: 0, notApplied: 0 } });
    expect(world.order).toEqual([]);
  });

  it('believes what it reads back: what another device overwrote is not applied', async () => {
    world.contested = 't-2';
    expect(await run()).toMatchObject({
      counts: { applied: 1, notApplied: 1 },
      warnings: [{ code: 'NOT_CONFIRMED', count: 1 }],
    });
    expect(of(2)).toMatchObject({ status: 'approved', lastOutcome: { code: 'NOT_CONFIRMED' } });
    expect(of(2)?.transaction).toEqual(approved(2).transaction);
  });

  it('leaves the transaction as it was shown where nobody has approved it', async () => {
    world.items.set('t-1', pending(1));
    world.entries = world.entries.map((entry) => ({ ...entry, amount: -777 }));
    await run([pending(1).id]);
    expect(of(1)).toMatchObject({
      status: 'pending',
      transaction: pending(1).transaction,
      lastOutcome: { code: 'TRANSACTION_CHANGED' },
    });
  });

  describe('of a reconciled transaction', () => {
    beforeEach(() => {
      world.entries = world.entries
        .slice(0, 1)
        .map((entry) => ({ ...entry, flags: ['reconciled'] as const }));
      const { decision, transaction } = approved(1);
      if (decision === null) throw new Error('It is approved');
      const seen = { ...transaction, reconciled: true };
      const wanted = { ...decision, payeeName: 'Corner Shop' };
      world.items = new Map([['t-1', { ...approved(1), transaction: seen, decision: wanted }]]);
    });

    it('warns that it keeps its payee', async () => {
      expect(await run()).toMatchObject({
        counts: { applied: 1, notApplied: 0 },
        warnings: [{ code: 'PAYEE_KEPT', count: 1 }],
      });
    });

    it('warns of it also where it is run again after it died before it said so', async () => {
      world.diesAt = 'recordOutcomes';
      await expect(run()).rejects.toThrow('killed');
      world.diesAt = undefined;
      expect(await run()).toMatchObject({
        counts: { applied: 1 },
        warnings: [{ code: 'PAYEE_KEPT', count: 1 }],
      });
    });

    it('does not once it is marked as applied', async () => {
      await run();
      expect(await run()).toEqual({ counts: { applied: 1, notApplied: 0 } });
    });

    it('says nothing of its payee where it did not get its category either', async () => {
      world.contested = 't-1';
      const { warnings } = await run();
      expect(warnings?.map(({ code }) => code)).toEqual(['NOT_CONFIRMED']);
    });
  });

  it('counts what it applied and what no longer fits, and warns of each reason once', async () => {
    world.entries = world.entries.slice(0, 1);
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
    world.entries = [];
    world.items = new Map([['t-1', { ...approved(1), updatedAt: at(90) }]]);
    await run();
    expect(of(1)).toMatchObject({ lastOutcome: { at: at(90) }, updatedAt: at(90) });
  });

  it('shows what the budget has now where the user has to approve anew', async () => {
    world.entries = world.entries.map((entry) => ({ ...entry, amount: -777 }));
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
      world.items.set('t-1', pending(1));
      const ids = [pending(1).id, approved(2).id];
      world.diesAt = call;
      await expect(run(ids)).rejects.toThrow('killed');
      world.diesAt = undefined;
      await run(ids);
      expect([of(1)?.status, of(2)?.status]).toEqual(['applied', 'applied']);
      expect(world.entries.map(({ category }) => category)).toEqual(['food', 'food']);
    },
  );

  it.each(['beginSending', 'approve', 'setCurrent', 'recordOutcomes'])(
    'ends with JobNotRunning when %s finds that it no longer holds the budget',
    async (call) => {
      world.items.set('t-1', pending(1));
      world.conflictAt = call;
      await expect(run([pending(1).id, approved(2).id])).rejects.toThrow(JobNotRunningError);
    },
  );

  it.each(['beginSending', 'approve'])('sends nothing once %s was refused', async (call) => {
    world.items.set('t-1', pending(1));
    world.conflictAt = call;
    await expect(run([pending(1).id])).rejects.toThrow(JobNotRunningError);
    expect(world.order).not.toContain('send');
  });
});
