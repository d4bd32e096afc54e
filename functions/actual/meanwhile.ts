import type { TransactionUpdate } from '../domain/applying.ts';
import type { BudgetExtract } from '../domain/extract.ts';
import type { EditPlan } from './editing.ts';
import type { Library } from './library.ts';

/**
 * A plan that leaves alone what changed while it was made. It takes its time to read and write the table, seconds where it is
 * thousands of suggestions: who categorised one of the transactions meanwhile would lose that to a change that was decided before it.
 *
 * @param extract reads the open budget as it is at that moment; the same extract where nothing has come in.
 */
export function sparingWhatChanged(
  plan: EditPlan,
  library: Pick<Library, 'sync'>,
  extract: () => BudgetExtract,
): EditPlan {
  return async (before) => {
    const updates = await plan(before);
    if (updates.length === 0) return updates;
    await library.sync();
    const now = extract();
    return now === before ? updates : updates.filter(stillFitting(before, now));
  };
}

function stillFitting(before: BudgetExtract, now: BudgetExtract) {
  const then = transactionIn(before);
  const found = transactionIn(now);
  const shown = new Set(now.categories.filter(({ hidden }) => !hidden).map(({ id }) => id));
  return ({ transactionId: id, categoryId }: TransactionUpdate): boolean =>
    shown.has(categoryId) && found(id) === then(id);
}

/** By its id, all of a transaction that decides on a change of it, as one text; undefined for one that is not there. */
function transactionIn({ accounts, payees, categories, transactions }: BudgetExtract) {
  const places = new Map(transactions.id.map((id, place) => [id, place]));
  return (id: string): string | undefined => {
    const place = places.get(id);
    if (place === undefined) return undefined;
    const account = accounts[transactions.account[place] ?? -1];
    return JSON.stringify([
      [account?.id, account?.closed, account?.offBudget],
      payees[transactions.payee[place] ?? -1]?.id,
      categories[transactions.category[place] ?? -1]?.id,
      transactions.amount[place],
      transactions.flags[place],
    ]);
  };
}
