import { transactionId } from '../../functions/domain/ids.ts';
import type { Proposal } from '../../functions/domain/suggestion.ts';
import type { Decision, Proposals } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { type BudgetOptions, budget, type Entry, times } from './budgets.ts';

/** All that the engine `history` answers about a budget of these transactions. */
export async function answerTo(
  entries: readonly Entry[],
  options: BudgetOptions = {},
  decisions: readonly Decision[] = [],
): Promise<Proposals> {
  return historyEngine.propose(budget(entries, options), { decisions });
}

/** What is proposed for the transaction `new`. */
export async function proposalFor(
  ...request: Parameters<typeof answerTo>
): Promise<Proposal | undefined> {
  const { proposals } = await answerTo(...request);
  return proposals.find(({ transactionId: id }) => id === 'new');
}

/** The categories of a proposal, the likeliest first. */
export const categoriesOf = (proposal: Proposal | undefined) =>
  proposal?.categories.map(({ categoryId }) => categoryId) ?? [];

/** How sure its first category is. */
export const confidenceOf = (proposal: Proposal | undefined) =>
  proposal?.categories[0].confidence ?? 0;

/** What a user has decided for a transaction. */
export const decision = (
  id: string,
  verdict: Decision['verdict'],
  categoryId: string,
): Decision => ({ transactionId: transactionId(id), verdict, categoryId });

/** A payee that is always of one kind, beside what a test is about. */
export const FUEL = times(30, { payee: 'Shell', category: 'Fuel', amount: -6000 });
export const NEW_LIDL: Entry = { id: 'new', payee: 'Lidl' };
