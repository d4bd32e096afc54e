import { budgetId, suggestionId, transactionId } from '../../functions/domain/ids.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { at, uuid } from './builders.ts';

/** A pending suggestion for the `n`-th transaction of a budget, with whatever a test wants otherwise. */
export function suggestion(n: number, more: Partial<Suggestion> = {}): Suggestion {
  const id = transactionId(`t-${String(n).padStart(4, '0')}`);
  const { revision = 1 } = more;
  return {
    id: suggestionId(id, revision),
    budgetId: budgetId(uuid(0xb1)),
    transactionId: id,
    revision,
    status: 'pending',
    transaction: {
      date: `2026-01-${String((n % 28) + 1).padStart(2, '0')}`,
      accountName: 'Checking',
      payee: 'Grocer',
      amount: -100 - n,
      payeeId: 'grocer',
      reconciled: false,
    },
    proposals: [
      { categoryId: 'food', categoryName: 'Food', confidence: 0.9 },
      { categoryId: 'fun', categoryName: 'Fun', confidence: 0.05 },
    ],
    reason: '9 of 10 past transactions are Food',
    payeeName: null,
    proposedBy: 'history',
    decision: null,
    rejectedCategoryIds: [],
    lastOutcome: null,
    appliedBy: null,
    createdAt: at(0),
    updatedAt: at(0),
    ...more,
  };
}
