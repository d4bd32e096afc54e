import type { BudgetId, TransactionId } from '../../functions/domain/ids.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import type { ReviewedSuggestions, ReviewedTogether } from '../../functions/jobs/review.ts';

type Decision = Parameters<ReviewedTogether['decideAll']>[0][number];

/** Suggestions of one budget as the API's handlers see them, in memory. */
export class MemorySuggestions implements ReviewedSuggestions, ReviewedTogether {
  readonly items: Map<TransactionId, Suggestion>;

  constructor(suggestions: readonly Suggestion[]) {
    this.items = new Map(suggestions.map((one) => [one.transactionId, one]));
  }

  async get(budgetId: BudgetId, id: TransactionId): Promise<Suggestion | undefined> {
    const found = this.items.get(id);
    return found?.budgetId === budgetId ? found : undefined;
  }

  async decide(before: Suggestion, after: Suggestion): Promise<'written' | 'conflict'> {
    if (this.items.get(before.transactionId) !== before) return 'conflict';
    this.items.set(after.transactionId, after);
    return 'written';
  }

  async some(budgetId: BudgetId, ids: readonly TransactionId[]): Promise<readonly Suggestion[]> {
    const found = await Promise.all(ids.map((id) => this.get(budgetId, id)));
    return found.filter((one) => one !== undefined);
  }

  async decideAll(changes: readonly Decision[]): Promise<readonly Decision[]> {
    const written = await Promise.all(
      changes.map(({ before, after }) => this.decide(before, after)),
    );
    return changes.filter((_, index) => written[index] === 'conflict');
  }
}
