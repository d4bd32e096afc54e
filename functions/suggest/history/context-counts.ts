const NONE = -1;
/** What a count is worth after one more row of its context. */
const KEEP = 0.9;
/** Counts older than this many rows of their context are worth nothing any more. */
const FORGOTTEN_ROWS = 256;
const WORTH = Float64Array.from({ length: FORGOTTEN_ROWS }, (_, rows) => KEEP ** rows);
const FEWEST = 1 << 10;

/** Numbers of a spot in the hash table: the context's key, and its place. */
const SPOT = { size: 2, place: 1 } as const;
/** Numbers of a place: its last and its usual entry, its rows, and rows in a row of the category chosen last. */
const PLACE = { size: 4, first: 0, usual: 1, rows: 2, run: 3 } as const;
/** Numbers of an entry; `recent` (a fraction) was right when the context had `writtenAt` rows. */
const ENTRY = {
  size: 8,
  category: 0,
  next: 1,
  total: 2,
  day: 3,
  writtenAt: 4,
  recent: 5,
} as const;

/**
 * For each context (a hashed key) how often each category was chosen there, the recent ones counting most. Each
 * context has a place (0, 1, …) and a list of entries, one a category, the last chosen first. A budget may bring
 * millions of contexts, so what belongs together lies together in a few large arrays.
 */
export class ContextCounts {
  private spots: Int32Array;
  private places: Int32Array<ArrayBuffer>;
  private used = 0;
  private entries: Int32Array<ArrayBuffer>;
  /** The same memory as `entries`, for its fractions. */
  private fractions: Float32Array;
  private written = 0;

  /** @param expected about how many contexts there will be. */
  constructor(expected = 0) {
    const room = 2 ** Math.ceil(Math.log2(Math.max(FEWEST, expected)));
    this.spots = new Int32Array(room * 2 * SPOT.size).fill(NONE);
    this.places = new Int32Array(room * PLACE.size);
    this.entries = new Int32Array(room * ENTRY.size);
    this.fractions = new Float32Array(this.entries.buffer);
  }

  /** The place of a context; -1 when no row was in it. */
  find(key: number): number {
    return this.spots[this.spotOf(key) + SPOT.place] ?? NONE;
  }

  /** Rows learnt in the context. */
  rows(place: number): number {
    return place < 0 ? 0 : (this.places[place * PLACE.size + PLACE.rows] ?? 0);
  }

  /** Rows in a row, up to the last one, that chose the category chosen last. */
  run(place: number): number {
    return place < 0 ? 0 : (this.places[place * PLACE.size + PLACE.run] ?? 0);
  }

  /** The entry of the category chosen last; -1 when there is none. */
  first(place: number): number {
    return place < 0 ? NONE : (this.places[place * PLACE.size + PLACE.first] ?? NONE);
  }

  /** The entry of the category chosen before; -1 behind the last one. */
  next(entry: number): number {
    return this.entries[entry * ENTRY.size + ENTRY.next] ?? NONE;
  }

  category(entry: number): number {
    return this.entries[entry * ENTRY.size + ENTRY.category] ?? NONE;
  }

  /** Rows of the category in the context. */
  total(entry: number): number {
    return this.entries[entry * ENTRY.size + ENTRY.total] ?? 0;
  }

  /** The day of the last one. */
  day(entry: number): number {
    return this.entries[entry * ENTRY.size + ENTRY.day] ?? 0;
  }

  /** Rows of the context since the last one of the category. */
  rowsSince(place: number, entry: number): number {
    return this.rows(place) - (this.entries[entry * ENTRY.size + ENTRY.writtenAt] ?? 0);
  }

  /** Rows of the category, the recent ones counting most. */
  recent(place: number, entry: number): number {
    const worth = worthAfter(this.rowsSince(place, entry));
    return (this.fractions[entry * ENTRY.size + ENTRY.recent] ?? 0) * worth;
  }

  /** The sum of `recent` over all entries of a context. */
  allRecent(place: number): number {
    return (1 - worthAfter(this.rows(place))) / (1 - KEEP);
  }

  /** The category with the highest recent count; -1 when there is none. */
  usual(place: number): number {
    if (place < 0) return NONE;
    return this.category(this.places[place * PLACE.size + PLACE.usual] ?? NONE);
  }

  /** The recent count of a category; 0 where it was never chosen. */
  recentOf(place: number, category: number): number {
    for (let entry = this.first(place); entry >= 0; entry = this.next(entry)) {
      if (this.category(entry) === category) return this.recent(place, entry);
    }
    return 0;
  }

  /**
   * One more row of this category, on this day, in each context.
   *
   * @param keys 0 is no context.
   * @param places where they were found, -1 for new ones; in the end none of them is new.
   */
  addAll(keys: Int32Array, category: number, day: number, places: Int32Array): void {
    // First all places, then all counts: what lies far apart in memory is fetched at once instead of one by one.
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] ?? 0;
      if (places[index] === NONE && key !== 0) places[index] = this.placeFor(key);
    }
    for (let index = 0; index < keys.length; index++) {
      const place = places[index] ?? NONE;
      if (place >= 0) this.addAt(place, category, day);
    }
  }

  /** One more row of this category, on this day. Returns the context's place. */
  add(key: number, category: number, day: number): number {
    const place = this.placeFor(key);
    this.addAt(place, category, day);
    return place;
  }

  private addAt(place: number, category: number, day: number): void {
    const start = place * PLACE.size;
    const rows = (this.places[start + PLACE.rows] ?? 0) + 1;
    this.places[start + PLACE.rows] = rows;
    const entry = this.moveToFront(start, category);
    const spot = entry * ENTRY.size;
    const { entries, fractions } = this;
    const rowsSince = rows - (entries[spot + ENTRY.writtenAt] ?? 0);
    const recent = (fractions[spot + ENTRY.recent] ?? 0) * worthAfter(rowsSince) + 1;
    fractions[spot + ENTRY.recent] = recent;
    entries[spot + ENTRY.writtenAt] = rows;
    entries[spot + ENTRY.total] = (entries[spot + ENTRY.total] ?? 0) + 1;
    entries[spot + ENTRY.day] = day;
    // All counts fade alike, so that only the one that grew can have overtaken the highest.
    const usual = this.places[start + PLACE.usual] ?? NONE;
    if (usual < 0 || this.recent(place, usual) < recent) this.places[start + PLACE.usual] = entry;
  }

  /** The category's entry, new if need be, now the first of its context. */
  private moveToFront(start: number, category: number): number {
    const first = this.places[start + PLACE.first] ?? NONE;
    let before = NONE;
    let entry = first;
    while (entry >= 0 && this.category(entry) !== category) {
      before = entry;
      entry = this.next(entry);
    }
    if (entry >= 0 && before < 0) {
      this.places[start + PLACE.run] = (this.places[start + PLACE.run] ?? 0) + 1;
      return entry;
    }
    if (entry < 0) entry = this.newEntry(category);
    else this.entries[before * ENTRY.size + ENTRY.next] = this.next(entry);
    this.entries[entry * ENTRY.size + ENTRY.next] = first;
    this.places[start + PLACE.first] = entry;
    this.places[start + PLACE.run] = 1;
    return entry;
  }

  private newEntry(category: number): number {
    if ((this.written + 1) * ENTRY.size > this.entries.length) {
      this.entries = doubled(this.entries);
      this.fractions = new Float32Array(this.entries.buffer);
    }
    const entry = this.written++;
    this.entries[entry * ENTRY.size + ENTRY.category] = category;
    return entry;
  }

  private placeFor(key: number): number {
    const spot = this.spotOf(key);
    const found = this.spots[spot + SPOT.place] ?? NONE;
    if (found !== NONE) return found;
    if ((this.used + 1) * PLACE.size > this.places.length) this.places = doubled(this.places);
    const place = this.used++;
    this.places[place * PLACE.size + PLACE.first] = NONE;
    this.places[place * PLACE.size + PLACE.usual] = NONE;
    this.spots[spot] = key;
    this.spots[spot + SPOT.place] = place;
    if (this.used * 2 * SPOT.size > this.spots.length) this.rehash();
    return place;
  }

  /** Open addressing: the spot where the key is, or where it belongs. */
  private spotOf(key: number): number {
    const { spots } = this;
    const mask = spots.length - 1;
    let spot = (key * SPOT.size) & mask;
    while (spots[spot + SPOT.place] !== NONE && spots[spot] !== key) {
      spot = (spot + SPOT.size) & mask;
    }
    return spot;
  }

  private rehash(): void {
    const before = this.spots;
    this.spots = new Int32Array(before.length * 2).fill(NONE);
    for (let spot = 0; spot < before.length; spot += SPOT.size) {
      const place = before[spot + SPOT.place] ?? NONE;
      if (place === NONE) continue;
      const key = before[spot] ?? 0;
      const moved = this.spotOf(key);
      this.spots[moved] = key;
      this.spots[moved + SPOT.place] = place;
    }
  }
}

function worthAfter(rows: number): number {
  return WORTH[rows] ?? 0;
}

function doubled(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(column.length * 2);
  wide.set(column);
  return wide;
}
