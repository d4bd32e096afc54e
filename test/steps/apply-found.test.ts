import { beforeEach, describe, expect, it } from 'vitest';
import { applyStep } from '../../functions/steps/apply.ts';
import { at, FENCE, JOB } from '../domain/builders.ts';
import { approved, begin, jobOf, of, ports, run, world } from './applying.ts';

/** What an apply finds written already, and what it sends itself, when somebody decides anew while it works. */

beforeEach(begin);

const later = { updatedAt: at(50) } as const;
const rejection = {
  status: 'rejected',
  decision: null,
  rejectedCategoryIds: ['food'],
  ...later,
} as const;

describe('what somebody chose in Actual just as it was approved', () => {
  beforeEach(() => {
    world.entries = world.entries.map((entry) => ({ ...entry, category: 'food' }));
  });

  it('is applied, and counts', async () => {
    expect(await run()).toMatchObject({ counts: { applied: 2, notApplied: 0 }, warnings: [] });
    expect(of(1)).toMatchObject({ status: 'applied', appliedBy: JOB });
  });

  it.each([
    ['rejected', rejection],
    [
      'corrected',
      {
        decision: {
          categoryId: 'rent',
          categoryName: 'Rent',
          payeeName: null,
          decidedAt: at(50),
          decidedBy: 'me',
        },
        ...later,
      },
    ],
  ] as const)(
    'stays as it is decided where it is %s while the budget is opened',
    async (_, decision) => {
      const decided = { ...approved(1), ...decision };
      world.decidedMeanwhile = [decided];
      expect(await run()).toMatchObject({
        counts: { applied: 1, notApplied: 1 },
        warnings: [{ code: 'DECIDED_ANEW', count: 1 }],
      });
      expect([of(1), of(2)?.status]).toEqual([decided, 'applied']);
    },
  );

  it('says once that payees are kept, and of none that was decided anew', async () => {
    const wanted = { ...approved(1).decision, payeeName: 'Corner Shop' };
    world.entries = world.entries.map((entry) => ({ ...entry, flags: ['reconciled'] as const }));
    for (const n of [1, 2]) {
      const { decision, transaction } = approved(n);
      if (decision === null) throw new Error('It is approved');
      world.items.set(`t-${n}`, {
        ...approved(n),
        transaction: { ...transaction, reconciled: true },
        decision: { ...decision, ...wanted },
      });
    }
    world.decidedMeanwhile = [{ ...approved(1), ...rejection }];
    const { warnings } = await run();
    expect(warnings?.map(({ code, count }) => [code, count])).toEqual([
      ['DECIDED_ANEW', 1],
      ['PAYEE_KEPT', 1],
    ]);
  });
});

it('what an apply sent is applied, although it was rejected while it was sent', async () => {
  const step = applyStep({
    ...ports,
    budgets: {
      edit: async (request, plan) => {
        const fetched = await ports.budgets.edit(request, plan);
        world.items.set('t-1', { ...approved(1), ...rejection });
        return fetched;
      },
    },
  });
  const done = await step({ record: jobOf(), fence: FENCE, now: () => at(60) });
  expect(done).toMatchObject({ counts: { applied: 2, notApplied: 0 }, warnings: [] });
  expect(of(1)?.status).toBe('applied');
});
