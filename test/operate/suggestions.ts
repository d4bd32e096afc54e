import type { Suggestion } from '../../client/schema.ts';
import { uuid } from '../domain/builders.ts';

/** Suggestions as the API shows them. */

const TIME = '2026-01-31T12:00:00.000Z';

export function suggestion(n: number, more: Partial<Suggestion> = {}): Suggestion {
  return {
    id: `${uuid(n)}.${n}`,
    budgetId: uuid(0xb1),
    transactionId: uuid(n),
    revision: n,
    status: 'pending',
    transaction: {
      date: '2026-01-31',
      accountName: 'Checking',
      payee: 'Lidl',
      amount: -1234,
      payeeId: null,
      reconciled: false,
    },
    proposals: [proposed('Groceries', 0.9)],
    reason: 'because',
    payeeName: null,
    proposedBy: 'history',
    decision: null,
    rejectedCategoryIds: [],
    lastOutcome: null,
    appliedBy: null,
    createdAt: TIME,
    updatedAt: TIME,
    ...more,
  };
}

export function proposed(
  categoryName: string,
  confidence: number,
): Suggestion['proposals'][number] {
  return { categoryId: `id of ${categoryName}`, categoryName, confidence };
}

export function paidTo(payee: string): Suggestion['transaction'] {
  return { ...suggestion(0).transaction, payee };
}
