import { type BudgetExtract, TRANSACTION_FLAG } from '../../functions/domain/extract.ts';

/** An extract of one account with two transactions: one plain, one a part of a split. */
export function smallExtract(ids: readonly [string, string] = ['one', 'two']): BudgetExtract {
  return {
    schema: 1,
    categories: [{ id: 'food', name: 'Food', hidden: false, income: false }],
    accounts: [{ id: 'checking', name: 'Checking', offBudget: false, closed: false }],
    payees: [
      { id: 'grocer', name: 'Grocer', transferAccountId: null },
      { id: 'transfer', name: 'Checking', transferAccountId: 'checking' },
    ],
    transactions: {
      id: ids,
      date: [20250101, 20250102],
      account: [0, 0],
      payee: [0, -1],
      importedPayee: ['GROCER 12', ''],
      notes: ['', 'a note'],
      amount: [-1250, -300],
      category: [-1, 0],
      flags: [0, TRANSACTION_FLAG.splitChild],
    },
  };
}
