import { KeyTable } from './key-table.ts';

const NONE = -1;
/** What a count is worth after one more row of its context. */
const KEEP = 0.9;
/** Counts older than this many rows of their context are worth nothing any more. */
const FORGOTTEN_ROWS = 256;
const WORTH = Float64Array.from({ length: FORGOTTEN_ROWS }, (_, rows) => KEEP ** rows);
const FEWEST = 1 << 10;

/** Numbers of a cell. */
const CELL = 8;
/** Of a place, which is a cell: rows, rows in a row of the category chosen last, the other entries, the usual category. */
const PLACE = { rows: 0, run: 1, others: 2, usual: 3, first: 4 } as const;
/** Of an entry; `recent` (a fraction) was right when the context had `writtenAt` rows: the first one's always is. */
const ENTRY = { size: 5, category: 0, total: 1, day: 2, recent: 3, writtenAt: 4 } as const;
/** Of the other entries, which lie in as many cells as they need, twice as many each time: how many they are. */
const OTHERS = { count: 0, first: 1 } as const;
/** No place begins here that could have others. */
const NO_OTHERS = 0;
/** Cells of a context: its place, and now and then those of other entries. */
const CELLS_OF_CONTEXT = 1.75;

/**
 * For each context (a hashed key) how often each category was chosen there, the recent ones counting most. Each
 * context has a place and a list of entries, one a category, the last chosen first. A budget may bring millions of
 * contexts, and fetching them from memory takes longer than counting: most have a single entry, which lies in the place
 * itself, and the others of one lie side by side.
 */
export class ContextCounts {
  private readonly places: KeyTable;
  private cells: Int32Array<ArrayBuffer>;
  /** The same memory as `cells`, for its fractions. */
  private fractions: Float32Array;
  private filled = 0;
  /** By the logarithm of their size, numbers where others lay that have moved on. */
  private readonly left = Array.from({ length: 32 }, (): number[] => []);

  /** @param expected about how many contexts there will be. */
  constructor(expected = 0) {
    this.places = new KeyTable(expected);
    this.cells = new Int32Array(Math.ceil(Math.max(FEWEST, expected) * CELLS_OF_CONTEXT) * CELL);
    this.fractions = new Float32Array(this.cells.buffer);
  }

  /** The place of a context; -1 when no row was in it. */
  find(key: number): number {
    return this.places.find(key);
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
    return place < 0 ? NONE : place * CELL + PLACE.first;
  }

  /** The entry of the category chosen before; -1 behind the last one. */
  next(place: number, entry: number): number {
    const { cells } = this;
    const start = place * CELL;
    const others = cells[start + PLACE.others] ?? NO_OTHERS;
    if (others === NO_OTHERS) return NONE;
    if (entry === start + PLACE.first) return others + OTHERS.first;
    const next = entry + ENTRY.size;
    return next < this.endOf(others) ? next : NONE;
  }

  category(entry: number): number {
    return this.cells[entry + ENTRY.category] ?? NONE;
  }

  /** Rows of the category in the context. */
  total(entry: number): number {
    return this.cells[entry + ENTRY.total] ?? 0;
  }

  /** The day of the last one. */
  day(entry: number): number {
    return this.cells[entry + ENTRY.day] ?? 0;
  }

  /** Rows of the context since the last one of the category. */
  rowsSince(place: number, entry: number): number {
    const start = place * CELL;
    if (entry === start + PLACE.first) return 0;
    return (this.cells[start + PLACE.rows] ?? 0) - (this.cells[entry + ENTRY.writtenAt] ?? 0);
  }

  /** Rows of the category, the recent ones counting most. */
  recent(place: number, entry: number): number {
    return (this.fractions[entry + ENTRY.recent] ?? 0) * worthAfter(this.rowsSince(place, entry));
  }

  /** The sum of `recent` over all entries of a context. */
  allRecent(place: number): number {
    return (1 - worthAfter(this.rows(place))) / (1 - KEEP);
  }

  /** The category with the highest recent count; -1 when there is none. */
  usual(place: number): number {
    return place < 0 ? NONE : (this.cells[place * CELL + PLACE.usual] ?? NONE);
  }

  /** The recent count of a category; 0 where it was never chosen. */
  recentOf(place: number, category: number): number {
    for (let entry = this.first(place); entry >= 0; entry = this.next(place, entry)) {
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

  private addAt(place: number, category: number, day: number): void {
    const start = place * CELL;
    const first = start + PLACE.first;
    const rows = (this.cells[start + PLACE.rows] ?? 0) + 1;
    this.cells[start + PLACE.rows] = rows;
    const isFirst = rows === 1 || this.cells[first + ENTRY.category] === category;
    const kept = isFirst
      ? (this.fractions[first + ENTRY.recent] ?? 0) * KEEP
      : this.bringToFront(start, category, rows);
    const { cells, fractions } = this;
    const recent = kept + 1;
    cells[first + ENTRY.category] = category;
    cells[first + ENTRY.total] = (cells[first + ENTRY.total] ?? 0) + 1;
    cells[first + ENTRY.day] = day;
    fractions[first + ENTRY.recent] = recent;
    cells[start + PLACE.run] = (cells[start + PLACE.run] ?? 0) + 1;
    // All counts fade alike, so that only the one that grew can have overtaken the highest.
    const usual = cells[start + PLACE.usual] ?? NONE;
    if (usual === category) return;
    if (rows === 1 || this.recentOf(place, usual) < recent) cells[start + PLACE.usual] = category;
  }

  /**
   * Puts a category first that is not, for the row of its context that is counted now; the one that was first comes right
   * behind. Returns what is left of the category's recent count.
   */
  private bringToFront(start: number, category: number, rows: number): number {
    const first = start + PLACE.first;
    const found = this.otherOf(start, category);
    const entry = found < 0 ? this.newOther(start) : found;
    const { cells, fractions } = this;
    const total = found < 0 ? 0 : (cells[entry + ENTRY.total] ?? 0);
    const since = rows - (cells[entry + ENTRY.writtenAt] ?? 0);
    const kept = found < 0 ? 0 : (fractions[entry + ENTRY.recent] ?? 0) * worthAfter(since);
    const begin = (cells[start + PLACE.others] ?? NO_OTHERS) + OTHERS.first;
    cells.copyWithin(begin + ENTRY.size, begin, entry);
    cells[begin + ENTRY.category] = cells[first + ENTRY.category] ?? NONE;
    cells[begin + ENTRY.total] = cells[first + ENTRY.total] ?? 0;
    cells[begin + ENTRY.day] = cells[first + ENTRY.day] ?? 0;
    cells[begin + ENTRY.recent] = cells[first + ENTRY.recent] ?? 0;
    cells[begin + ENTRY.writtenAt] = rows - 1;
    cells[first + ENTRY.total] = total;
    cells[start + PLACE.run] = 0;
    return kept;
  }

  /** The entry of a category that is not the first; -1 when there is none. */
  private otherOf(start: number, category: number): number {
    const { cells } = this;
    const others = cells[start + PLACE.others] ?? NO_OTHERS;
    if (others === NO_OTHERS) return NONE;
    const end = this.endOf(others);
    for (let entry = others + OTHERS.first; entry < end; entry += ENTRY.size) {
      if (cells[entry + ENTRY.category] === category) return entry;
    }
    return NONE;
  }

  /** Room for one more entry behind the others, which move to where it is if need be. */
  private newOther(start: number): number {
    const before = this.cells[start + PLACE.others] ?? NO_OTHERS;
    const count = before === NO_OTHERS ? 0 : (this.cells[before + OTHERS.count] ?? 0);
    const room = roomFor(count + 1);
    let others = before;
    if (before === NO_OTHERS || roomFor(count) !== room) {
      others = this.left[room]?.pop() ?? this.newCells(2 ** room) * CELL;
      if (before !== NO_OTHERS) {
        this.cells.copyWithin(others, before, this.endOf(before));
        this.left[roomFor(count)]?.push(before);
      }
      this.cells[start + PLACE.others] = others;
    }
    this.cells[others + OTHERS.count] = count + 1;
    return others + OTHERS.first + count * ENTRY.size;
  }

  /** The number behind the last one of these others. */
  private endOf(others: number): number {
    return others + OTHERS.first + (this.cells[others + OTHERS.count] ?? 0) * ENTRY.size;
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
    const found = this.places.find(key);
    if (found !== NONE) return found;
    const place = this.newCells(1);
    this.places.add(key, place);
    return place;
  }
}

/** The logarithm of the cells that so many other entries take. */
function roomFor(count: number): number {
  const numbers = OTHERS.first + count * ENTRY.size;
  return 32 - Math.clz32((numbers - 1) / CELL);
}

function worthAfter(rows: number): number {
  return rows < FORGOTTEN_ROWS ? (WORTH[rows] ?? 0) : 0;
}
