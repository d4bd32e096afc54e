import type { Item } from '../table/expressions.ts';
import type { Change } from '../table/memory-table.ts';

/**
 * A category that somebody rejected for a transaction is not proposed for it again, also where that had one in between, unless it
 * was approved with another one since.
 */
export class Rejected {
  /** Ids of suggestions that somebody has asked to be rejected, by partition. */
  private readonly asked = new Set<string>();
  /** Rejected categories, by partition and transaction. */
  private readonly rejected = new Map<string, Set<string>>();

  /** Somebody asks for it: it is written from now on, if ever. */
  asks(budget: string, id: string): void {
    this.asked.add(`SUGGESTIONS#${budget} ${id}`);
  }

  /** @returns what is wrong with suggestions that were just written. */
  wrongWith(changes: readonly Change[]): string | undefined {
    for (const { before, after } of changes) {
      if (after === undefined || !String(after.PK).startsWith('SUGGESTIONS#')) continue;
      const wrong = this.wrongSuggestion(before, after);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  private wrongSuggestion(before: Item | undefined, after: Item): string | undefined {
    const key = `${after.PK} ${after.transactionId}`;
    const rejected = this.rejected.get(key) ?? new Set();
    if (after.status === 'approved') this.rejected.delete(key);
    if (after.status === 'rejected' && before?.status !== 'rejected') {
      const [category] = proposed(after);
      const isAsked = this.asked.has(`${after.PK} ${after.id}`);
      if (isAsked && category !== undefined) this.rejected.set(key, rejected.add(category));
    }
    if (after.status !== 'pending') return undefined;
    const again = proposed(after).find((category) => rejected.has(category));
    return again === undefined ? undefined : `${again} was rejected for ${key}, and proposed again`;
  }
}

function proposed({ proposals }: Item): readonly string[] {
  if (!Array.isArray(proposals)) return [];
  return proposals.map((proposal: unknown) => String(Reflect.get(Object(proposal), 'categoryId')));
}
