import type { Item } from '../table/expressions.ts';
import type { Change, MemoryTable } from '../table/memory-table.ts';
import type { BudgetOnServer } from '../world/actual-server.ts';

/** No suggestion is applied twice, none is said to be applied that is not, and no decision is lost. */

/** @returns what is wrong with the suggestions of a transaction; undefined when all is well. */
export function wrongSuggestions(
  changes: readonly Change[],
  budgetOf: (id: string) => BudgetOnServer | undefined,
): string | undefined {
  for (const { before, after } of changes) {
    const { PK, transactionId } = after ?? before ?? {};
    if (!String(PK).startsWith('SUGGESTIONS#')) continue;
    const budget = budgetOf(String(PK).slice('SUGGESTIONS#'.length));
    const wrong = wrongChange(before, after, budget);
    if (wrong !== undefined) return `suggestion for ${transactionId} of ${PK}: ${wrong}`;
  }
  return undefined;
}

function wrongChange(
  before: Item | undefined,
  after: Item | undefined,
  budget: BudgetOnServer | undefined,
): string | undefined {
  const from = before?.status;
  const to = after?.status;
  if (from === 'applied' && (to !== 'applied' || before?.appliedBy !== after?.appliedBy)) {
    return `applied by ${before?.appliedBy}, then ${to} by ${after?.appliedBy}`;
  }
  if (from === 'approved' && to !== 'approved' && to !== 'applied' && to !== 'rejected') {
    return `an approval was lost: it is ${to} now`;
  }
  if (from === 'rejected' && to === undefined) return 'a rejection was lost';
  if (to !== 'applied' || from === 'applied' || after === undefined) return undefined;
  const category = categoryOf(after);
  const id = String(after.transactionId);
  if (!budget?.given.get(id)?.has(category)) {
    return `it counts as applied, but ${category} never was in the budget`;
  }
  const decided = from === 'approved' && before !== undefined ? categoryOf(before) : category;
  return decided === category || budget.sent.get(id)?.has(category)
    ? undefined
    : `it was approved as ${decided}, and counts as applied with ${category}, which nobody sent`;
}

export function categoryOf({ decision, proposals }: Item): string {
  const chosen = isRecord(decision)
    ? decision
    : Array.isArray(proposals)
      ? proposals[0]
      : undefined;
  return isRecord(chosen) ? String(chosen.categoryId) : 'nothing';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** @returns which of the decisions that callers were told of is not there any more. */
export function lostDecision(
  decisions: ReadonlyMap<string, { readonly status: string; readonly updatedAt: string }>,
  table: MemoryTable,
): string | undefined {
  for (const [key, decided] of decisions) {
    const [budget, id = ''] = key.split(' ');
    const transaction = id.slice(0, id.lastIndexOf('.'));
    const stored = table.get(`SUGGESTIONS#${budget}`, transaction);
    // Opened again for its payee and dropped with the snapshot that it came from: each step was looked at when it was written.
    if (stored === undefined) continue;
    const newer = stored.id !== id || String(stored.updatedAt) > decided.updatedAt;
    if (stored.status !== decided.status && stored.status !== 'applied' && !newer) {
      return `${id} was ${decided.status} and is ${stored.status}`;
    }
  }
  return undefined;
}
