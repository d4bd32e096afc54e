import type { Proposal } from '../../functions/domain/suggestion.ts';
import type { Decision, Proposals } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { type BudgetOptions, budget, type Entry } from './budgets.ts';

/** All that the engine `history` answers about a budget of these transactions. */
export async function answerTo(
  entries: readonly Entry[],
  options: BudgetOptions = {},
  decisions: readonly Decision[] = [],
): Promise<Proposals> {
  return historyEngine.propose({ extract: budget(entries, options), decisions });
}

/** What is proposed for the transaction `new`. */
export async function proposalFor(
  ...request: Parameters<typeof answerTo>
): Promise<Proposal | undefined> {
  const { proposals } = await answerTo(...request);
  return proposals.find(({ transactionId: id }) => id === 'new');
}
