import { surestByText, surestInDoubt } from './caution.ts';
import { type Directions, type Doubt, doubtByWords } from './doubt.ts';
import { type LatestDecisions, withFirst } from './latest-decisions.ts';
import type { Asked, RankedCategory, Ranking } from './learner.ts';
import { saidByWords } from './narrow.ts';
import type { Past } from './past.ts';
import type { PayeeRows, RowsOfPayee } from './payee-rows.ts';
import type { Row } from './row.ts';
import { SILENCE, speaks } from './silence.ts';

/** What is known beside the models. */
export interface Known {
  readonly counted: Past;
  readonly latest: LatestDecisions;
  readonly directions: Directions;
  readonly rows: PayeeRows;
  /** Whether a category is one of income. */
  readonly isIncome: (category: string) => boolean;
}

export interface AskedByText extends Asked {
  /** Whether the row's payee is the one that its text came with: its own was never seen. */
  readonly byText?: boolean;
  /** Categories that were rejected for other transactions of the payee. */
  readonly doubted?: ReadonlySet<string>;
}

export interface Chosen {
  /** Best first; none where silence is better. */
  readonly categories: readonly RankedCategory[];
  /** What speaks against the first one. */
  readonly doubt?: Doubt | undefined;
  /** Whether nothing is known of the payee that speaks for it. */
  readonly isGuess?: boolean;
}

/** What is proposed for a row, of what the models rank. */
export function chosenFor(asked: AskedByText, ranking: Ranking, known: Known): Chosen {
  const chosen = chosenAsOfPayee(asked, ranking, known);
  const [first, ...others] = chosen.categories;
  if (first === undefined) return chosen;
  const wasRejected = asked.doubted?.has(first.category) === true;
  const doubt = chosen.doubt ?? (wasRejected ? 'rejected' : undefined);
  const sure = asked.byText === true ? surestByText(first) : first;
  return {
    ...chosen,
    categories: [doubt === undefined ? sure : surestInDoubt(sure), ...others],
    doubt,
  };
}

/** What comes first and what speaks against that, however sure the models are. */
function chosenAsOfPayee(asked: Asked, ranking: Ranking, known: Known): Chosen {
  const { row } = asked;
  const { counted, directions, rows } = known;
  const own = hasWords(row) ? rows.of(row.payee) : undefined;
  const said = saidBeforeModels(asked, own, known.latest);
  if (said !== undefined) {
    const categories = withFirst(ranking.categories, said.category, said.confidence);
    const doubt = isPaidOut(row, said.category, known) ? 'paid out' : undefined;
    return { categories: withoutUnlikely(categories), doubt };
  }
  const [first] = ranking.categories;
  // Where all that was ever chosen is rejected, what comes first is what nobody knows anything about.
  if (first === undefined || !counted.has(first.category)) return { categories: [] };
  // The amount is half of what speaks for a payee that nobody knows, and money in is no purchase.
  const isKnown = ranking.payeeKnown || directions.has(row, first.category);
  if (!isKnown || !speaks(ranking, counted.size())) return { categories: [] };
  const doubt = isPaidOut(row, first.category, known)
    ? 'paid out'
    : own && doubtByWords(own, row, first.category);
  const categories = withoutUnlikely(ranking.categories);
  return { categories, doubt, isGuess: !ranking.payeeKnown };
}

/** A category that a decision or words make the first one, whatever the models rank; how sure at least. */
function saidBeforeModels(
  { row, refused }: Asked,
  own: RowsOfPayee | undefined,
  latest: LatestDecisions,
): { readonly category: string; readonly confidence?: number } | undefined {
  const decided = latest.of(row.payee);
  if (decided !== undefined && refused?.has(decided) !== true) return { category: decided };
  const said = own === undefined ? undefined : saidByWords(own, row);
  return said === undefined || refused?.has(said.category) === true ? undefined : said;
}

/** Shops pay back what they were paid, employers are seldom paid. */
function isPaidOut(row: Row, category: string, { directions, isIncome }: Known): boolean {
  return row.amount < 0 && !directions.has(row, category) && isIncome(category);
}

/** Whether a row says more than its payee. */
function hasWords({ payee, text, notes }: Row): boolean {
  return payee !== '' && (notes !== '' || text !== payee);
}

function withoutUnlikely(categories: readonly RankedCategory[]): readonly RankedCategory[] {
  return categories.filter(({ confidence }) => confidence >= SILENCE.behind);
}
