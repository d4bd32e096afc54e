import type { BudgetDatabase } from './database.ts';

/** The largest sum that the library reckons with (`MAX_SAFE_NUMBER` in src/shared/util.ts of loot-core). */
const LARGEST_SUM = 2 ** 51 - 1;

const AMOUNTS = `
  SELECT amount FROM transactions WHERE tombstone = 0
  UNION ALL SELECT amount FROM zero_budgets
  UNION ALL SELECT buffered FROM zero_budget_months
  UNION ALL SELECT amount FROM reflect_budgets`;

/**
 * True when a month of the budget may come to more than the library reckons with, or to a fraction: it gives up computing the
 * month then, and waits for that for ever when it opens the budget.
 */
export function isTooMuch(database: BudgetDatabase): boolean {
  const found = database
    .prepare(
      `SELECT total(abs(amount)) > ${LARGEST_SUM} OR total(typeof(amount) = 'real') > 0 FROM (${AMOUNTS})`,
    )
    .pluck()
    .get();
  return found === 1;
}
