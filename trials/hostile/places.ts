/**
 * Ids of the place that is attacked, as the requests are written: every run makes its own budgets and jobs, and yet a
 * seed gives the same requests. Each is replaced by the real one when a request is sent.
 */

const id = (digits: string) => `00000000-0000-4000-8000-${digits.padStart(12, '0')}`;

export const PLACES = {
  /** A budget that may be asked about. */
  budget: id('b1'),
  /** Another one on the same server that this stack does not know. */
  otherBudget: id('b2'),
  /** On no server. */
  missingBudget: id('b3'),
  /** Jobs of the budget: one that succeeded, one that failed, and the newest one. */
  succeededJob: id('a1'),
  failedJob: id('a2'),
  newestJob: id('a3'),
  otherJob: id('a4'),
  missingJob: id('a5'),
  snapshot: id('c1'),
  otherSnapshot: id('c2'),
  pending: 'suggestion-pending.1',
  approved: 'suggestion-approved.1',
  applied: 'suggestion-applied.1',
  other: 'suggestion-other.1',
  missing: 'suggestion-missing.1',
  /** Of the listings of jobs and of suggestions. */
  jobsCursor: 'cursor-of-jobs',
  suggestionsCursor: 'cursor-of-suggestions',
} as const;

export type Place = keyof typeof PLACES;

/** What stands for each place now. */
export type Places = Readonly<Record<Place, string>>;

/** The ids alone: every kind of text that names something. */
export const IDS: readonly string[] = Object.values(PLACES);

const { budget, otherBudget, missingBudget } = PLACES;
const { succeededJob, failedJob, newestJob, otherJob, missingJob } = PLACES;
const { pending, approved, applied, other, missing } = PLACES;
const suggestions = [pending, approved, applied, pending, approved, other, missing];

/** What a field or parameter of this name names, mostly something that is there: most code lies behind that. */
export const NAMED: Readonly<Record<string, readonly string[]>> = {
  budgetId: [budget, budget, budget, budget, budget, otherBudget, missingBudget],
  jobId: [succeededJob, failedJob, newestJob, succeededJob, failedJob, otherJob, missingJob],
  snapshotId: [PLACES.snapshot, PLACES.snapshot, PLACES.otherSnapshot, missingJob],
  suggestionId: suggestions,
  suggestionIds: suggestions,
  id: suggestions,
  cursor: [PLACES.jobsCursor, PLACES.suggestionsCursor],
};

/** A text with the real ids in it. */
export function placed(text: string, places: Places): string {
  let filled = text;
  for (const [place, stand] of Object.entries(PLACES)) {
    if (filled.includes(stand)) filled = filled.replaceAll(stand, places[place as Place]);
  }
  return filled;
}
