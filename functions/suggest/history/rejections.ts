import { folded } from '../../domain/text.ts';
import { saidByWords } from './narrow.ts';
import { type Past, timesOf } from './past.ts';
import { type PayeeRows, wordsIn } from './payee-rows.ts';
import type { Row } from './row.ts';

/** One rejection outweighs so many past transactions of the payee: of more than these it was an exception. */
const OUTWEIGHED = 3;
/** So many transactions of a payee are no exception, whatever its past. */
const ENOUGH = 3;

/** What rejections say of a row. */
export interface Rejected {
  /** Categories that must not come up for it. */
  readonly refused: ReadonlySet<string>;
  /** Those that were rejected for other transactions of its payee, where the past says that these were exceptions. */
  readonly doubted: ReadonlySet<string>;
}

/** The transactions of a payee that a category was rejected for. */
interface Rejection {
  readonly ids: Set<string>;
  /** The first ones with the same words: more than enough of them say nothing more. */
  readonly byNotes: Map<string, Set<string>>;
  readonly byText: Map<string, Set<string>>;
}

/** Which categories were rejected for which transactions that have none yet. Each row is one of the payee that it is looked at as. */
export class Rejections {
  private readonly byPayee = new Map<string, Map<string, Rejection>>();
  private readonly past: Pick<Past, 'ofPayee'>;
  private readonly rows: PayeeRows;

  constructor(past: Pick<Past, 'ofPayee'>, rows: PayeeRows) {
    this.past = past;
    this.rows = rows;
  }

  add(id: string, row: Row, category: string): void {
    const payee = subjectOf(row, id);
    const byCategory = this.byPayee.get(payee) ?? new Map<string, Rejection>();
    this.byPayee.set(payee, byCategory);
    const rejection = byCategory.get(category) ?? {
      ids: new Set(),
      byNotes: new Map(),
      byText: new Map(),
    };
    byCategory.set(category, rejection);
    rejection.ids.add(id);
    addTo(rejection.byNotes, wordsIn(row.notes), id);
    addTo(rejection.byText, wordsIn(row.text), id);
  }

  against(id: string, row: Row): Rejected | undefined {
    const byCategory = this.byPayee.get(subjectOf(row, id));
    if (byCategory === undefined) return undefined;
    const said = saidByWords(this.rows.of(row.payee), row)?.category;
    const [refused, doubted] = [new Set<string>(), new Set<string>()];
    for (const [category, rejection] of byCategory) {
      // Where words say that a row is of the category, rejections of what came with other words do not speak of it.
      const count = said === category ? countAlike(rejection, row) : rejection.ids.size;
      if (rejection.ids.has(id) || this.outweighs(count, row, category)) refused.add(category);
      else if (count > 0) doubted.add(category);
    }
    return { refused, doubted };
  }

  private outweighs(count: number, { payee }: Row, category: string): boolean {
    const times = timesOf(this.past.ofPayee(payee), category);
    return count >= ENOUGH || (count > 0 && count * OUTWEIGHED >= times);
  }
}

/** What a rejection speaks of: the payee, or the transaction alone where none is known. No folded text has a line break. */
function subjectOf({ payee }: Row, id: string): string {
  return folded(payee) || `\n${id}`;
}

function addTo(byWords: Map<string, Set<string>>, words: string, id: string): void {
  if (words === '') return;
  const ids = byWords.get(words) ?? new Set();
  byWords.set(words, ids);
  if (ids.size < ENOUGH) ids.add(id);
}

/** How many of them have the row's notes, or the bank's text where it has one; enough of them are not counted further. */
function countAlike({ byNotes, byText }: Rejection, { notes, text, payee }: Row): number {
  const withText = text === payee ? undefined : byText.get(wordsIn(text));
  return new Set([...(byNotes.get(wordsIn(notes)) ?? []), ...(withText ?? [])]).size;
}
