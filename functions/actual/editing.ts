import type { TransactionUpdate } from '../domain/applying.ts';
import type { BudgetExtract } from '../domain/extract.ts';
import { folded } from '../domain/text.ts';
import type { Library, TransactionFields } from './library.ts';
import { sendAll } from './sending.ts';

/** The part of the library that changes a budget. */
export type EditingLibrary = Pick<Library, 'createPayee' | 'updateTransactions' | 'sync'>;

/** Decides on what to change, from the budget as it is now. */
export type EditPlan = (extract: BudgetExtract) => Promise<readonly TransactionUpdate[]>;

/**
 * Makes the changes that `plan` wants, if it wants any.
 *
 * @param extract reads the open budget as it is at that moment: a payee may have come in while the plan was made.
 */
export async function carryOut(
  plan: EditPlan,
  library: EditingLibrary,
  extract: () => BudgetExtract,
): Promise<void> {
  const before = extract();
  const updates = await plan(before);
  if (updates.length > 0) await writeUpdates(library, payeesSince(before, extract()), updates);
}

/** The payees that are there now, before them those of another name when the plan was made: it may have meant that. */
function payeesSince(before: BudgetExtract, now: BudgetExtract): BudgetExtract['payees'] {
  if (now === before) return now.payees;
  const there = new Set(now.payees.map(({ id }) => id));
  return [...before.payees.filter(({ id }) => there.has(id)), ...now.payees];
}

/**
 * Writes updates into the open budget in one batch and sends them. Whoever plans them has made sure that each
 * transaction and category is there: the library stores unknown ids without a word.
 */
async function writeUpdates(
  library: EditingLibrary,
  there: BudgetExtract['payees'],
  updates: readonly TransactionUpdate[],
): Promise<void> {
  const { payees, areNew } = await payeesFor(library, there, updates);
  const fields = updates.map(({ transactionId, categoryId, payeeName }): TransactionFields => {
    const payee =
      payeeName === undefined
        ? undefined
        : (payees.get(payeeName) ?? payees.get(folded(payeeName)));
    return {
      id: transactionId,
      category: categoryId,
      ...(payee === undefined ? {} : { payee }),
    };
  });
  await library.updateTransactions(fields);
  await (areNew ? sendAll(library) : library.sync());
}

/**
 * Payees by their very name and by folded name: the budget's own, never those of transfers, and new ones for names that it
 * has not. Some budgets have both Cafe and Café.
 *
 * @returns `areNew` where any of them was made.
 */
async function payeesFor(
  library: EditingLibrary,
  there: BudgetExtract['payees'],
  updates: readonly TransactionUpdate[],
): Promise<{ readonly payees: ReadonlyMap<string, string>; readonly areNew: boolean }> {
  const own = there.filter(({ transferAccountId }) => transferAccountId === null);
  const known = new Map([
    ...own.map(({ id, name }) => [folded(name), id] as const),
    ...own.map(({ id, name }) => [name, id] as const),
  ]);
  let areNew = false;
  for (const { payeeName } of updates) {
    if (payeeName === undefined || known.has(payeeName) || known.has(folded(payeeName))) continue;
    known.set(folded(payeeName), await library.createPayee(payeeName));
    areNew = true;
  }
  return { payees: known, areNew };
}
