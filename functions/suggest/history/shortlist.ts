import type { ContextCounts } from './context-counts.ts';
import { CONTEXTS, PAYEE_CONTEXTS } from './features.ts';

/** Categories that are looked at closely; the right one is hardly ever further behind. */
export const LONGEST_SHORTLIST = 24;

/** Of these, so many are named. */
const RANKED = 3;
/** However clear a case is, so many are looked at. */
const SHORTEST = 4;
/** Next to the likeliest, what is less likely than this is not looked at: it is never among the first three. */
const LEAST = 0.008;

const ALL = CONTEXTS.indexOf('all');
const WEIGHT = { payee: 2, other: 1, all: 0.2, model: 3 } as const;

/** The categories worth a closer look: often chosen in the row's contexts, or expected by one of the models. */
export function shortlistOf(
  counts: ContextCounts,
  places: Int32Array,
  models: readonly Float64Array[],
  allowed: readonly number[],
): readonly number[] {
  if (allowed.length <= LONGEST_SHORTLIST) return allowed;
  const [first = new Float64Array(0)] = models;
  const scores = new Float64Array(first.length);
  for (const model of models) {
    for (const category of allowed) {
      scores[category] = (scores[category] ?? 0) + WEIGHT.model * (model[category] ?? 0);
    }
  }
  for (let context = 0; context < places.length; context++) {
    const place = places[context] ?? -1;
    if (place < 0) continue;
    const weight =
      context < PAYEE_CONTEXTS ? WEIGHT.payee : context === ALL ? WEIGHT.all : WEIGHT.other;
    const each = weight / (counts.allRecent(place) + 0.5);
    for (let entry = counts.first(place); entry >= 0; entry = counts.next(place, entry)) {
      const category = counts.category(entry);
      scores[category] = (scores[category] ?? 0) + each * counts.recent(place, entry);
    }
  }
  const best = highest(scores, allowed);
  const least = LEAST * (scores[best[0] ?? 0] ?? 0);
  const end = best.findIndex(
    (category, place) => place >= SHORTEST && (scores[category] ?? 0) < least,
  );
  return end === -1 ? best : best.slice(0, end);
}

/** The allowed categories with the highest scores, the highest first; the lower number first among equals. */
function highest(scores: Float64Array, allowed: readonly number[]): readonly number[] {
  const best: number[] = [];
  for (const category of allowed) {
    const score = scores[category] ?? 0;
    if (best.length === LONGEST_SHORTLIST) {
      if (score <= (scores[best.at(-1) ?? 0] ?? 0)) continue;
      best.pop();
    }
    let place = best.length;
    for (; place > 0 && score > (scores[best[place - 1] ?? 0] ?? 0); place--) {
      best[place] = best[place - 1] ?? 0;
    }
    best[place] = category;
  }
  return best;
}

/** The first three of a shortlist, the likeliest first; the lower number first among equals. */
export function likeliest(
  shortlist: readonly number[],
  shares: Float64Array,
): readonly { readonly category: number; readonly share: number }[] {
  const best: { readonly category: number; readonly share: number }[] = [];
  for (let index = 0; index < shortlist.length; index++) {
    const one = { category: shortlist[index] ?? 0, share: shares[index] ?? 0 };
    let place = best.length;
    for (; place > 0; place--) {
      const before = best[place - 1];
      if (before === undefined || before.share > one.share) break;
      if (before.share === one.share && before.category < one.category) break;
      best[place] = before;
    }
    best[place] = one;
    if (best.length > RANKED) best.pop();
  }
  return best;
}
