import type { BudgetId, TransactionId } from '../../functions/domain/ids.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import type { ReviewedSuggestions } from '../../functions/jobs/review.ts';

/** Suggestions of one budget as the API's handlers see them, in memory. */
export class MemorySuggestions implements ReviewedSuggestions {
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
}
