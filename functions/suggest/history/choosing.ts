import { surestByText, surestInDoubt } from './caution.ts';
import { type Directions, type Doubt, doubtByWords } from './doubt.ts';
import { type LatestDecisions, withFirst } from './follow.ts';
import type { Asked, RankedCategory, Ranking } from './learner.ts';
import { saidByWords } from './narrow.ts';
import type { Past } from './past.ts';
import type { PayeeRows } from './payee-rows.ts';
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
  const sure = asked.byText === true ? surestByText(first) : first;
  if (asked.doubted?.has(first.category) !== true) {
    return { ...chosen, categories: [sure, ...others] };
  }
  const doubt = chosen.doubt ?? 'rejected';
  return { ...chosen, categories: [surestInDoubt(sure), ...others], doubt };
}

function chosenAsOfPayee({ row, refused }: Asked, ranking: Ranking, known: Known): Chosen {
  const { counted, latest, directions, rows } = known;
  const decided = latest.of(row.payee);
  if (decided !== undefined && refused?.has(decided) !== true) {
    return { categories: withoutUnlikely(withFirst(ranking.categories, decided)) };
  }
  const own = hasWords(row) ? rows.of(row.payee) : undefined;
  const said = own === undefined ? undefined : saidByWords(own, row);
  if (said !== undefined && refused?.has(said.category) !== true) {
    return {
      categories: withoutUnlikely(withFirst(ranking.categories, said.category, said.confidence)),
    };
  }
  const [first, ...others] = ranking.categories;
  // Where all that was ever chosen is rejected, what comes first is what nobody knows anything about.
  if (first === undefined || !counted.has(first.category)) return { categories: [] };
  const isUsualDirection = directions.has(row, first.category);
  // The amount is half of what speaks for a payee that nobody knows, and money in is no purchase.
  const isKnown = ranking.payeeKnown || isUsualDirection;
  if (!isKnown || !speaks(ranking, counted.size())) return { categories: [] };
  // Shops pay back what they were paid, employers are seldom paid.
  const doubt =
    row.amount < 0 && !isUsualDirection && known.isIncome(first.category)
      ? 'paid out'
      : own && doubtByWords(own, row, first.category);
  const sure = doubt === undefined ? first : surestInDoubt(first);
  const isGuess = !ranking.payeeKnown;
  return { categories: withoutUnlikely([sure, ...others]), doubt, isGuess };
}

/** Whether a row says more than its payee. */
function hasWords({ payee, text, notes }: Row): boolean {
  return payee !== '' && (notes !== '' || text !== payee);
}

function withoutUnlikely(categories: readonly RankedCategory[]): readonly RankedCategory[] {
  return categories.filter(({ confidence }, place) => place === 0 || confidence >= SILENCE.behind);
}
