import type { Ranking } from './learner.ts';

/** Below these confidences nothing is said: a wrong guess costs a person more than an empty field. */
export const SILENCE = {
  /** Something is known about the payee or a text like it. */
  payeeKnown: 0.05,
  /** Only the account and the amount speak, in a budget that has shown that they do. */
  payeeNew: 0.12,
  /** For a second or third category, which is right in one row of a thousand then. */
  behind: 0.001,
} as const;

/** Accounts tell little about a category before this many rows have shown whether they do. */
const FEWEST_ROWS_FOR_NEW_PAYEES = 1000;

/** Whether a ranking is worth a proposal, in a budget of that many past transactions. */
export function speaks(ranking: Ranking, pastRows: number): boolean {
  const confidence = ranking.categories[0]?.confidence ?? 0;
  if (ranking.payeeKnown) return confidence >= SILENCE.payeeKnown;
  return pastRows >= FEWEST_ROWS_FOR_NEW_PAYEES && confidence >= SILENCE.payeeNew;
}
