import type { ContextCounts } from '../../functions/suggest/history/context-counts.ts';

/** Counts one more row of a category in a single context. Returns the context's place. */
export function countIn(counts: ContextCounts, key: number, category: number, day: number): number {
  const places = Int32Array.of(counts.find(key));
  counts.addAll(Int32Array.of(key), category, day, places);
  return places[0] ?? -1;
}
