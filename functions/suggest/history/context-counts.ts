const NONE = -1;
/** What a count is worth after one more row of its context. */
const KEEP = 0.9;
/** Counts older than this many rows of their context are worth nothing any more. */
const FORGOTTEN_ROWS = 256;
const WORTH = Float64Array.from({ length: FORGOTTEN_ROWS }, (_, rows) => KEEP ** rows);
const FEWEST = 1 << 10;

/** Numbers of a spot in the hash table: the context's key, and its place. */
const SPOT = { size: 2, place: 1 } as const;
/** Numbers of a cell, which is a place or an entry. */
const CELL = 8;
/** Of a place: its last and its usual entry, its rows, and rows in a row of the category chosen last. */
const PLACE = { first: 0, usual: 1, rows: 2, run: 3 } as const;
/** Of an entry; `recent` (a fraction) was right when the context had `writtenAt` rows. */
const ENTRY = { category: 0, next: 1, total: 2, day: 3, writtenAt: 4, recent: 5 } as const;
/** Cells of a context: its place, the entry that comes with it right behind, and now and then one more. */
const CELLS_OF_CONTEXT = 2.5;

/**
 * For each context (a hashed key) how often each category was chosen there, the recent ones counting most. Each
 * context has a place and a list of entries, one a category, the last chosen first. A budget may bring millions of
 * contexts, and most have a single entry: it lies beside its place, so that both are fetched from memory at once.
 */
export class ContextCounts {
  private spots: Int32Array;
  private used = 0;
  private cells: Int32Array<ArrayBuffer>;
  /** The same memory as `cells`, for its fractions. */
  private fractions: Float32Array;
  private filled = 0;

  /** @param expected about how many contexts there will be. */
  constructor(expected = 0) {
    const room = 2 ** Math.ceil(Math.log2(Math.max(FEWEST, expected)));
    this.spots = new Int32Array(room * SPOT.size).fill(NONE);
    this.cells = new Int32Array(Math.ceil(Math.max(FEWEST, expected) * CELLS_OF_CONTEXT) * CELL);
    this.fractions = new Float32Array(this.cells.buffer);
  }

  /** The place of a context; -1 when no row was in it. */
  find(key: number): number {
    return this.spots[this.spotOf(key) + SPOT.place] ?? NONE;
  }

  /** Rows learnt in the context. */
  rows(place: number): number {
    return place < 0 ? 0 : (this.cells[place * CELL + PLACE.rows] ?? 0);
  }

  /** Rows in a row, up to the last one, that chose the category chosen last. */
  run(place: number): number {
    return place < 0 ? 0 : (this.cells[place * CELL + PLACE.run] ?? 0);
  }

  /** The entry of the category chosen last; -1 when there is none. */
  first(place: number): number {
    return place < 0 ? NONE : (this.cells[place * CELL + PLACE.first] ?? NONE);
  }

  /** The entry of the category chosen before; -1 behind the last one. */
  next(entry: number): number {
    return this.cells[entry * CELL + ENTRY.next] ?? NONE;
  }

  category(entry: number): number {
    return this.cells[entry * CELL + ENTRY.category] ?? NONE;
  }

  /** Rows of the category in the context. */
  total(entry: number): number {
    return this.cells[entry * CELL + ENTRY.total] ?? 0;
  }

  /** The day of the last one. */
  day(entry: number): number {
    return this.cells[entry * CELL + ENTRY.day] ?? 0;
  }

  /** Rows of the context since the last one of the category. */
  rowsSince(place: number, entry: number): number {
    return this.rows(place) - (this.cells[entry * CELL + ENTRY.writtenAt] ?? 0);
  }

  /** Rows of the category, the recent ones counting most. */
  recent(place: number, entry: number): number {
    const worth = worthAfter(this.rowsSince(place, entry));
    return (this.fractions[entry * CELL + ENTRY.recent] ?? 0) * worth;
  }

  /** The sum of `recent` over all entries of a context. */
  allRecent(place: number): number {
    return (1 - worthAfter(this.rows(place))) / (1 - KEEP);
  }

  /** The category with the highest recent count; -1 when there is none. */
  usual(place: number): number {
    if (place < 0) return NONE;
    return this.category(this.cells[place * CELL + PLACE.usual] ?? NONE);
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
    const start = place * CELL;
    const rows = (this.cells[start + PLACE.rows] ?? 0) + 1;
    this.cells[start + PLACE.rows] = rows;
    const entry = this.moveToFront(start, category);
    const spot = entry * CELL;
    const { cells, fractions } = this;
    const rowsSince = rows - (cells[spot + ENTRY.writtenAt] ?? 0);
    const recent = (fractions[spot + ENTRY.recent] ?? 0) * worthAfter(rowsSince) + 1;
    fractions[spot + ENTRY.recent] = recent;
    cells[spot + ENTRY.writtenAt] = rows;
    cells[spot + ENTRY.total] = (cells[spot + ENTRY.total] ?? 0) + 1;
    cells[spot + ENTRY.day] = day;
    // All counts fade alike, so that only the one that grew can have overtaken the highest.
    const usual = cells[start + PLACE.usual] ?? NONE;
    if (usual === entry) return;
    if (usual < 0 || this.recent(place, usual) < recent) cells[start + PLACE.usual] = entry;
  }

  /** The category's entry, new if need be, now the first of its context. */
  private moveToFront(start: number, category: number): number {
    const { cells } = this;
    const first = cells[start + PLACE.first] ?? NONE;
    if (first >= 0 && cells[first * CELL + ENTRY.category] === category) {
      cells[start + PLACE.run] = (cells[start + PLACE.run] ?? 0) + 1;
      return first;
    }
    let before = NONE;
    let entry = first;
    while (entry >= 0 && cells[entry * CELL + ENTRY.category] !== category) {
      before = entry;
      entry = cells[entry * CELL + ENTRY.next] ?? NONE;
    }
    if (entry >= 0) {
      cells[before * CELL + ENTRY.next] = cells[entry * CELL + ENTRY.next] ?? NONE;
    } else {
      entry = first < 0 ? start / CELL + 1 : this.newCells(1);
      this.cells[entry * CELL + ENTRY.category] = category;
    }
    this.cells[entry * CELL + ENTRY.next] = first;
    this.cells[start + PLACE.first] = entry;
    this.cells[start + PLACE.run] = 1;
    return entry;
  }

  /** The number of the first of so many cells, side by side and all zeros. */
  private newCells(count: number): number {
    const first = this.filled;
    this.filled += count;
    if (this.filled * CELL > this.cells.length) {
      const wide = new Int32Array(this.cells.length * 2);
      wide.set(this.cells);
      this.cells = wide;
      this.fractions = new Float32Array(wide.buffer);
    }
    return first;
  }

  private placeFor(key: number): number {
    const spot = this.spotOf(key);
    const found = this.spots[spot + SPOT.place] ?? NONE;
    if (found !== NONE) return found;
    const place = this.newCells(2);
    this.cells[place * CELL + PLACE.first] = NONE;
    this.cells[place * CELL + PLACE.usual] = NONE;
    this.used++;
    this.spots[spot] = key;
    this.spots[spot + SPOT.place] = place;
    if (this.used * 2 * SPOT.size > this.spots.length) this.rehash();
    return place;
  }

  /** Open addressing: the spot where the key is, or where it belongs. */
  private spotOf(key: number): number {
    const { spots } = this;
    const mask = spots.length - 1;
    let spot = (key << 1) & mask;
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
