import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { transactionId } from '../../functions/domain/ids.ts';
import type { ProposalRequest, SuggestionEngine } from '../../functions/suggest/engine.ts';
import { type BudgetOptions, budget, type Entry } from './budgets.ts';

/** What every engine keeps, whatever the budget. */

const CATEGORIES = ['Food', 'Fuel', 'Fun', `Rent\nand ${'more '.repeat(2000)}of it`];
/** Its sixtieth character takes two places of a string. */
const LONG_PAYEE = `${'x'.repeat(58)}${'🍕'.repeat(30)}`;

const entry: fc.Arbitrary<Entry> = fc.record(
  {
    date: fc.integer({ min: 20240101, max: 20240128 }),
    account: fc.constantFrom('Checking', 'Card', 'House'),
    payee: fc.constantFrom('Lidl', 'Lidl 204', 'Shell', 'to House', LONG_PAYEE, ''),
    text: fc.oneof(fc.constantFrom('LIDL SAGT DANKE', 'SHELL 0815'), fc.string({ maxLength: 12 })),
    notes: fc.string({ maxLength: 12 }),
    amount: fc.integer({ min: -100_000, max: 100_000 }),
    category: fc.constantFrom(...CATEGORIES),
    flags: fc.subarray(['splitParent', 'splitChild', 'startingBalance', 'reconciled'] as const),
  },
  { requiredKeys: [] },
);

const options: fc.Arbitrary<BudgetOptions> = fc.record({
  hidden: fc.subarray(CATEGORIES),
  closed: fc.subarray(['Card']),
  offBudget: fc.constant(['House']),
  transfers: fc.constant({ 'to House': 'House' }),
  categories: fc.constant(CATEGORIES),
});

interface Asked {
  readonly extract: BudgetExtract;
  readonly request: ProposalRequest;
}

const asking: fc.Arbitrary<Asked> = fc
  .tuple(
    fc.array(entry, { maxLength: 60 }),
    options,
    fc.array(
      fc.tuple(
        fc.nat(60),
        fc.constantFrom('approved' as const, 'rejected' as const),
        fc.constantFrom(...CATEGORIES, 'gone'),
      ),
      { maxLength: 5 },
    ),
  )
  .map(([entries, budgetOptions, decided]) => ({
    extract: budget(entries, budgetOptions),
    request: {
      decisions: decided.map(([index, verdict, categoryId]) => ({
        transactionId: transactionId(`t${index}`),
        verdict,
        categoryId,
      })),
    },
  }));

/** @param engine made anew for each request, so that it can keep nothing from one to the next. */
export function keepsTheContract(engine: () => SuggestionEngine): void {
  const propose = ({ extract, request }: Asked) => engine().propose(extract, request);
  const holds = (check: (asked: Asked) => Promise<void>) =>
    fc.assert(fc.asyncProperty(asking, check), { numRuns: 60 });

  describe('whatever the budget', () => {
    it('the same request gets the same answer', () =>
      holds(async (asked) => {
        expect(await propose(asked)).toEqual(await propose(structuredClone(asked)));
      }));

    it('the order in which decisions come makes no difference', () =>
      holds(async (asked) => {
        const { extract, request } = asked;
        const decisions = [
          ...new Map(request.decisions.map((one) => [one.transactionId, one])).values(),
        ];
        const there = await propose({ extract, request: { decisions } });
        const turned = { decisions: decisions.toReversed() };
        expect(await propose({ extract, request: turned })).toEqual(there);
      }));

    it('proposals are for candidates, once each, in their order', () =>
      holds(async (asked) => {
        const { candidates, proposals } = await propose(asked);
        const proposed = proposals.map(({ transactionId: id }) => id);
        expect(candidates.filter((id) => proposed.includes(id))).toEqual(proposed);
      }));

    it('none is for a transaction whose category is approved', () =>
      holds(async (asked) => {
        const approved = asked.request.decisions.filter(({ verdict }) => verdict === 'approved');
        const done = approved.map(({ transactionId: id }) => id);
        const { proposals } = await propose(asked);
        expect(proposals.filter(({ transactionId: id }) => done.includes(id))).toEqual([]);
      }));

    it('no category is proposed that was rejected for the transaction', () =>
      holds(async (asked) => {
        const { proposals } = await propose(asked);
        for (const { transactionId: id, verdict, categoryId } of asked.request.decisions) {
          if (verdict !== 'rejected') continue;
          const proposal = proposals.find((one) => one.transactionId === id);
          expect(proposal?.categories.map((one) => one.categoryId) ?? []).not.toContain(categoryId);
        }
      }));

    it('only visible categories are proposed, at most three, none twice, the surest first', () =>
      holds(async (asked) => {
        const visible = asked.extract.categories.filter(({ hidden }) => !hidden);
        for (const { categories } of (await propose(asked)).proposals) {
          const ids = categories.map(({ categoryId }) => categoryId);
          expect(visible.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
          expect(ids.length).toBeLessThanOrEqual(3);
          expect(new Set(ids).size).toBe(ids.length);
          const sure = categories.map(({ confidence }) => confidence);
          expect(sure.toSorted((a, b) => b - a)).toEqual(sure);
        }
      }));

    it('confidences are shares of one, and add up to no more than it', () =>
      holds(async (asked) => {
        for (const { categories } of (await propose(asked)).proposals) {
          const sure = categories.map(({ confidence }) => confidence);
          for (const one of sure) expect(one > 0 && one < 1).toBe(true);
          expect(sure.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }));

    it('every reason is one line that a person can read', () =>
      holds(async (asked) => {
        for (const { reason } of (await propose(asked)).proposals) {
          expect(reason).toMatch(/^[^\n\r]{10,300}$/);
          expect(reason.isWellFormed()).toBe(true);
        }
      }));
  });
}
