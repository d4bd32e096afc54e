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

interface Rejection {
  readonly id: string;
  readonly row: Row;
}

/** Which categories were rejected for which transactions that have none yet. */
export class Rejections {
  private readonly byPayee = new Map<string, Map<string, Rejection[]>>();
  private readonly past: Pick<Past, 'ofPayee'>;
  private readonly rows: PayeeRows;

  constructor(past: Pick<Past, 'ofPayee'>, rows: PayeeRows) {
    this.past = past;
    this.rows = rows;
  }

  add(id: string, row: Row, category: string): void {
    const payee = payeeOf(row, id);
    const byCategory = this.byPayee.get(payee) ?? new Map<string, Rejection[]>();
    byCategory.set(category, [...(byCategory.get(category) ?? []), { id, row }]);
    this.byPayee.set(payee, byCategory);
  }

  /** @param meant the payee that the bank's text of the row came with, where its own was never seen. */
  against(id: string, row: Row, meant: string | undefined): Rejected | undefined {
    const own = this.byPayee.get(payeeOf(row, id));
    const ofMeant = meant === undefined ? undefined : this.byPayee.get(folded(meant));
    if (own === undefined && ofMeant === undefined) return undefined;
    const known = meant === undefined ? row : { ...row, payee: meant };
    const [refused, doubted] = [new Set<string>(), new Set<string>()];
    for (const category of new Set([...(own?.keys() ?? []), ...(ofMeant?.keys() ?? [])])) {
      const all = [...(own?.get(category) ?? []), ...(ofMeant?.get(category) ?? [])];
      const others = this.speakingOf(known, category, all);
      if (all.some((one) => one.id === id) || this.outweighs(others, known, category)) {
        refused.add(category);
      } else if (others.length > 0) doubted.add(category);
    }
    return { refused, doubted };
  }

  /** Where words say that a row is of the category, rejections of what came with other words do not speak of it. */
  private speakingOf(
    row: Row,
    category: string,
    rejections: readonly Rejection[],
  ): readonly Rejection[] {
    const said = saidByWords(this.rows.of(row.payee), row);
    if (said?.category !== category) return rejections;
    return rejections.filter((one) => haveSameWords(one.row, row));
  }

  private outweighs(rejections: readonly Rejection[], { payee }: Row, category: string): boolean {
    const count = rejections.length;
    const times = timesOf(this.past.ofPayee(payee), category);
    return count >= ENOUGH || (count > 0 && count * OUTWEIGHED >= times);
  }
}

/** What a rejection speaks of: the payee, or the transaction alone where none is known. No folded text has a line break. */
function payeeOf({ payee }: Row, id: string): string {
  return folded(payee) || `\n${id}`;
}

function haveSameWords(one: Row, other: Row): boolean {
  return (['notes', 'text'] as const).some((words) => {
    const own = other[words] === other.payee ? '' : wordsIn(other[words]);
    return own !== '' && own === wordsIn(one[words]);
  });
}
