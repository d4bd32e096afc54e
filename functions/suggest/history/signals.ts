import type { ContextCounts } from './context-counts.ts';
import { CONTEXTS } from './features.ts';
import type { Opinions } from './habits.ts';
import { INDIRECT_CONTEXTS } from './indirect.ts';

/** What the ranker is told about each category on the shortlist: small numbers, mostly within 0..1. */

/** A row's own contexts and the indirect ones, in that order. */
export const ALL_CONTEXTS = CONTEXTS.length + INDIRECT_CONTEXTS;
const FROM_CONTEXT = 4;
const FROM_OPINIONS = 5;
const FROM_MODEL = 2;
const FROM_COMPANIONS = 2;
/** Contexts in which it counts when a category was chosen last, and how many times in a row. */
const CLOSE = (
  [
    'payee',
    'payee+account',
    'payee+amount',
    'shop',
    'shop+account',
    'first word',
    'first word+account',
    'account',
    'account+amount',
    'account+size',
    'account+sign',
  ] as const
).map((context) => CONTEXTS.indexOf(context));
const FROM_CLOSE = 3;
const CLOSE_PLACES = Int32Array.from({ length: ALL_CONTEXTS }, (_, context) =>
  CLOSE.indexOf(context),
);
/** Days after which a choice has lost two thirds of its freshness: for what is of the week, and of the season. */
const FRESH_DAYS = { week: 10, season: 60 } as const;
const MODELS = ALL_CONTEXTS * FROM_CONTEXT + 2 + FROM_CLOSE * CLOSE.length + 2 * FROM_OPINIONS;
/** Where the two models' chances lie among a category's signals, and what companions.ts says. */
export const COLUMNS = {
  linear: MODELS,
  network: MODELS + FROM_MODEL,
  companions: MODELS + 2 * FROM_MODEL,
} as const;
/** Signals about one category. */
export const SIGNALS = COLUMNS.companions + FROM_COMPANIONS;

export interface Evidence {
  readonly counts: ContextCounts;
  /** Where the row's contexts are counted; -1 for those that no row was in. */
  readonly places: Int32Array;
  /** The row's day, and the days since the last one that was learnt. */
  readonly day: number;
  readonly staleDays: number;
  readonly opinions: readonly Opinions[];
  /** What the linear model and the network expect: by category, a chance each. */
  readonly models: readonly Float64Array[];
}

const ALL = CONTEXTS.indexOf('all');

/** Logarithms of counts, and what is fresh after so many days: taking them anew each time takes long. */
const TABLED = 4096;
const LOGARITHMS = Float64Array.from({ length: TABLED }, (_, count) => Math.log1p(count));
const FRESH = { week: freshFor(FRESH_DAYS.week), season: freshFor(FRESH_DAYS.season) };

/**
 * Fills `signals` with `SIGNALS` numbers for each category of the shortlist, one after the other; those about companions
 * are 0.
 */
export function fillSignals(
  { counts, places, day, staleDays, opinions, models }: Evidence,
  shortlist: readonly number[],
  categories: number,
  signals: Float32Array,
): void {
  signals.fill(0, 0, shortlist.length * SIGNALS);
  const spots = new Array<number>(categories).fill(-1);
  for (const [index, category] of shortlist.entries()) spots[category] = index * SIGNALS;

  for (let context = 0; context < ALL_CONTEXTS; context++) {
    const place = places[context] ?? -1;
    if (place < 0) continue;
    const rows = logarithmAfter(counts.rows(place)) / 5;
    const recent = counts.allRecent(place);
    const column = context * FROM_CONTEXT;
    for (let index = 0; index < shortlist.length; index++) {
      signals[index * SIGNALS + column + 3] = rows;
    }
    const close = CLOSE_PLACES[context] ?? -1;
    let age = 0;
    for (let entry = counts.first(place); entry >= 0; entry = counts.next(place, entry)) {
      age++;
      const spot = spots[counts.category(entry)] ?? -1;
      if (spot < 0) continue;
      signals[spot + column] = logarithmAfter(counts.total(entry)) / 2;
      signals[spot + column + 1] = counts.recent(place, entry) / recent;
      signals[spot + column + 2] = 1 / age;
      if (close < 0) continue;
      const days = Math.min(TABLED, Math.max(0, day - counts.day(entry)));
      const start = spot + ALL_CONTEXTS * FROM_CONTEXT + 2 + FROM_CLOSE * close;
      signals[start] = FRESH.week[days] ?? 0;
      signals[start + 1] = FRESH.season[days] ?? 0;
      if (age === 1) signals[start + 2] = logarithmAfter(counts.run(place)) / 3;
    }
  }

  const everywhere = places[ALL] ?? -1;
  const rows = counts.rows(everywhere);
  const stale = Math.log1p(staleDays) / 5;
  const heard = opinions.map(({ choiceWeight }) => Math.log1p(20 * choiceWeight) / 5);
  for (let index = 0; index < shortlist.length; index++) {
    const category = shortlist[index] ?? 0;
    let column = index * SIGNALS + ALL_CONTEXTS * FROM_CONTEXT;
    const total = Math.expm1((signals[index * SIGNALS + ALL * FROM_CONTEXT] ?? 0) * 2);
    signals[column++] = Math.log((total + 0.5) / (rows + 0.5 * categories)) / 5 + 1;
    signals[column++] = stale;
    column += FROM_CLOSE * CLOSE.length;
    for (let one = 0; one < opinions.length; one++) {
      const opinion = opinions[one];
      if (opinion === undefined) continue;
      const { byTaste, tasteWeight, byChoice, choiceWeight } = opinion;
      const taste = (byTaste[category] ?? 0) / (tasteWeight + 0.05);
      const choice = (byChoice[category] ?? 0) / (choiceWeight + 0.02);
      signals[column++] = taste;
      signals[column++] = choice;
      signals[column++] = Math.log(taste + 1e-3) / 5 + 1;
      signals[column++] = Math.log(choice + 1e-3) / 5 + 1;
      signals[column++] = heard[one] ?? 0;
    }
    for (const model of models) {
      const share = model[category] ?? 0;
      signals[column++] = share;
      signals[column++] = Math.log(share + 1e-5) / 5 + 1;
    }
  }
}

/** The logarithm of a count and one more. */
function logarithmAfter(count: number): number {
  return count < TABLED ? (LOGARITHMS[count] ?? 0) : Math.log1p(count);
}

/** What is left after so many days, and nothing after the last of them. */
function freshFor(days: number): Float64Array {
  return Float64Array.from({ length: TABLED + 1 }, (_, age) =>
    age < TABLED ? Math.exp(-age / days) : 0,
  );
}
