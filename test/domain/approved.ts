import { type Verdict, verdicts } from '../../functions/domain/applying.ts';
import { suggestionId, transactionId } from '../../functions/domain/ids.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { type BudgetOptions, budget, type Entry } from '../suggest/budgets.ts';
import { at } from './builders.ts';
import { suggestion } from './suggestions.ts';

export const ID = transactionId('t');
export const OPTIONS: BudgetOptions = { categories: ['food', 'rent'], payees: ['grocer'] };
/** The transaction as it was when a category was proposed for it. */
export const AS_PROPOSED: Entry = { id: ID, payee: 'grocer', amount: -500 };

/** An approved suggestion for the transaction as it was proposed. */
export function approved(more: Partial<Suggestion> = {}): Suggestion {
  const { transaction } = suggestion(1);
  return suggestion(1, {
    id: suggestionId(ID, 1),
    transactionId: ID,
    status: 'approved',
    transaction: { ...transaction, payeeId: 'grocer', amount: -500 },
    decision: {
      categoryId: 'food',
      categoryName: 'Food',
      payeeName: null,
      decidedAt: at(0),
      decidedBy: 'me',
    },
    ...more,
  });
}

/** For `approved()`: with this payee too. */
export const withPayee = (payeeName: string): Partial<Suggestion> => {
  const { decision } = approved();
  return decision === null ? {} : { decision: { ...decision, payeeName } };
};

/** For `approved()`: as the transaction was shown otherwise. */
export const seen = (more: Partial<Suggestion['transaction']>): Partial<Suggestion> => ({
  transaction: { ...approved().transaction, ...more },
});

/** What an apply makes of the approved suggestion in a budget with this transaction alone, or without it. */
export function verdict(
  entry: Entry | undefined,
  more: Partial<Suggestion> = {},
  options: BudgetOptions = OPTIONS,
): Verdict | undefined {
  const extract = budget(entry === undefined ? [] : [entry], options);
  return verdicts(extract, [approved(more)])[0];
}
