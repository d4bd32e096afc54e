import type { Looked, RowsOfPayee } from './payee-rows.ts';
import type { Row } from './row.ts';

/** What speaks against a category, however often a payee was of it: of what comes for the first time, or is like what was rejected, that says little. */
export type Doubt = 'notes' | 'text' | 'paid out' | 'rejected';

/** A payee that came so often with the same words has always come with them. */
const ALWAYS = 4;

/** Into which categories money was paid, and out of which. */
export class Directions {
  private readonly paidIn = new Set<string>();
  private readonly paidOut = new Set<string>();

  add({ amount }: Row, category: string): void {
    (amount < 0 ? this.paidOut : this.paidIn).add(category);
  }

  /** Whether money went the row's way in the category before. */
  has({ amount }: Row, category: string): boolean {
    return amount === 0 || (amount < 0 ? this.paidOut : this.paidIn).has(category);
  }
}

/**
 * Whether notes or the bank's text speak against a category at a payee: those of its past that have the same ones were
 * never of it, or all of its past has the same other ones.
 */
export function doubtByWords(
  past: RowsOfPayee,
  row: Looked,
  category: string,
): 'notes' | 'text' | undefined {
  return (['notes', 'text'] as const).find((words) => {
    const { rows, of } = past.all();
    // Where all are of one kind, those with the same words are.
    const alike = of.size > 1 ? past.alike(row, words) : undefined;
    if (alike !== undefined) return !alike.of.has(category);
    return rows >= ALWAYS && past.hasOnlyOther(row, words);
  });
}
