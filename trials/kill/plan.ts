import fc from 'fast-check';
import { JOB_TYPES, type JobType } from '../../functions/domain/job.ts';
import type { Order } from './callers.ts';

/** What happens when, by a seed: the same seed plans the same kills and the same jobs. */

export interface Kill {
  /** While the stack starts, or once it is up. */
  readonly while: 'starting' | 'up';
  readonly afterMilliseconds: number;
}

/** As long as a start takes, about. */
const STARTING_MS = 1_500;
/** Long enough for some jobs to end, short enough for others to be cut off. */
const UP_MS = 6_000;

const kills: fc.Arbitrary<Kill> = fc.oneof(
  {
    arbitrary: fc.record({
      while: fc.constant('up' as const),
      afterMilliseconds: fc.integer({ min: 0, max: UP_MS }),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      while: fc.constant('starting' as const),
      afterMilliseconds: fc.integer({ min: 0, max: STARTING_MS }),
    }),
    weight: 1,
  },
);

/** How often each comes, beside the others. */
const WEIGHTS: Readonly<Record<JobType, number>> = {
  sync_and_suggest: 1,
  budget_sync: 1,
  suggestions_generate: 1,
  snapshot_create: 1,
  snapshot_redownload: 1,
  suggestions_apply: 3,
  // It fails where a newer proposal has taken the place of its suggestion by then.
  suggestions_retry_payee: 0,
  // A schedule's own.
  scheduled_sync_and_suggest: 0,
};

const types: fc.Arbitrary<JobType> = fc.oneof(
  ...JOB_TYPES.map((type) => ({ arbitrary: fc.constant(type), weight: WEIGHTS[type] })),
);

/** Of four callers together about as much as gets done between two kills. */
const PAUSE_MS = { min: 1_000, max: 7_000 };

export function plannedKills(count: number, seed: number): readonly Kill[] {
  return fc.sample(fc.noBias(kills), { seed, numRuns: count });
}

/** More than a caller gets through. */
const ORDERS = 2_000;

export function plannedOrders(budgets: readonly string[], seed: number): readonly Order[] {
  const orders = fc.record({
    budget: fc.constantFrom(...budgets),
    type: types,
    choice: fc.nat(),
    pauseMilliseconds: fc.integer(PAUSE_MS),
  });
  return fc.sample(fc.noBias(orders), { seed, numRuns: ORDERS });
}
