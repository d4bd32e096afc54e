import type { ContextCounts } from './context-counts.ts';

/** Which rows are in the counts more often than they happened: they are learnt for more, and are no more evidence. */
export class Repeats {
  /** By place of a context and category, rows too many. */
  private readonly surplus = new Map<number, Map<number, number>>();

  /** One row of the category that was counted once more in these places. */
  add(places: Int32Array, category: number): void {
    for (const place of places) {
      if (place < 0) continue;
      const byCategory = this.surplus.get(place) ?? new Map<number, number>();
      byCategory.set(category, (byCategory.get(category) ?? 0) + 1);
      this.surplus.set(place, byCategory);
    }
  }

  /** How often a place was of the category, the recent times counting most, without repeats. */
  recentOf(counts: ContextCounts, place: number, category: number): number {
    const recent = counts.recentOf(place, category);
    // Few jobs have any.
    const surplus = this.surplus.size && this.surplus.get(place)?.get(category);
    if (!surplus) return recent;
    for (let entry = counts.first(place); entry >= 0; entry = counts.next(place, entry)) {
      if (counts.category(entry) === category) return recent * (1 - surplus / counts.total(entry));
    }
    return recent;
  }
}
