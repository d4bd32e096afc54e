import type { Decision } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { decision } from './asking.ts';
import { budget, type Entry } from './budgets.ts';

/** That a user has approved a category for a transaction. */
export const approved = (id: string, categoryId: string): Decision =>
  decision(id, 'approved', categoryId);

/** The category and the reason of what is proposed for the transaction `new`. */
export async function saidFor(entries: readonly Entry[], decisions: readonly Decision[] = []) {
  const extract = budget(entries, { categories: decisions.map(({ categoryId }) => categoryId) });
  const { proposals } = await historyEngine.propose(extract, { decisions });
  const proposal = proposals.find(({ transactionId: id }) => id === 'new');
  return [proposal?.categories[0].categoryName, proposal?.reason];
}
