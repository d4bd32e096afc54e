/** Categories remembered in one context; more than this many are told apart by the others. */
export const REMEMBERED = 8;
const EMPTY = -1;

/**
 * For each context (a hashed key) how often each category was chosen there, the recent ones counting most. Open
 * addressing over typed arrays: a budget may bring millions of contexts.
 */
export class ContextCounts {
  private keys = new Int32Array(1 << 10);
  private slots = new Int32Array(1 << 10).fill(EMPTY);
  private used = 0;
  private categories = new Int16Array(REMEMBERED << 9).fill(EMPTY);
  private counts = new Float32Array(REMEMBERED << 9);
  private seenRows = new Uint32Array(1 << 9);
  private readonly keep: number;

  /** @param keep what a count is worth after one more row of its context (0..1). */
  constructor(keep: number) {
    this.keep = keep;
  }

  /** The place of a context; -1 when no row was in it. */
  find(key: number): number {
    return this.slots[this.probe(key)] ?? EMPTY;
  }

  /** Rows learnt in the context. */
  rows(slot: number): number {
    return slot < 0 ? 0 : (this.seenRows[slot] ?? 0);
  }

  /** The category at a position (most recent first), -1 behind the last one. */
  category(slot: number, position: number): number {
    return slot < 0 ? EMPTY : (this.categories[slot * REMEMBERED + position] ?? EMPTY);
  }

  count(slot: number, position: number): number {
    return this.counts[slot * REMEMBERED + position] ?? 0;
  }

  /** The category with the highest count; -1 when there is none. */
  usual(slot: number): number {
    let usual = EMPTY;
    let most = 0;
    for (let position = 0; position < REMEMBERED; position++) {
      const category = this.category(slot, position);
      if (category === EMPTY) break;
      const count = this.count(slot, position);
      if (count <= most) continue;
      most = count;
      usual = category;
    }
    return usual;
  }

  /** The count of a category; 0 where it is not remembered. */
  countOf(slot: number, category: number): number {
    for (let position = 0; position < REMEMBERED; position++) {
      if (this.category(slot, position) === category) return this.count(slot, position);
    }
    return 0;
  }

  /** One more row of this category. The one forgotten, if need be, is the one not seen for longest. */
  add(key: number, category: number): void {
    const start = this.slotFor(key) * REMEMBERED;
    const { categories, counts, keep } = this;
    let position = 0;
    while (position < REMEMBERED - 1 && categories[start + position] !== category) {
      if (categories[start + position] === EMPTY) break;
      position++;
    }
    const before = categories[start + position] === category ? (counts[start + position] ?? 0) : 0;
    for (let index = position; index > 0; index--) {
      categories[start + index] = categories[start + index - 1] ?? EMPTY;
      counts[start + index] = (counts[start + index - 1] ?? 0) * keep;
    }
    for (let index = position + 1; index < REMEMBERED; index++) {
      counts[start + index] = (counts[start + index] ?? 0) * keep;
    }
    categories[start] = category;
    counts[start] = before * keep + 1;
    const slot = start / REMEMBERED;
    this.seenRows[slot] = (this.seenRows[slot] ?? 0) + 1;
  }

  private slotFor(key: number): number {
    const place = this.probe(key);
    const found = this.slots[place] ?? EMPTY;
    if (found !== EMPTY) return found;
    const slot = this.used++;
    this.keys[place] = key;
    this.slots[place] = slot;
    if (this.used * 2 > this.slots.length) this.grow();
    return slot;
  }

  private probe(key: number): number {
    const mask = this.slots.length - 1;
    let place = key & mask;
    while (this.slots[place] !== EMPTY && this.keys[place] !== key) place = (place + 1) & mask;
    return place;
  }

  private grow(): void {
    const { keys, slots, categories, counts, seenRows } = this;
    this.keys = new Int32Array(keys.length * 2);
    this.slots = new Int32Array(slots.length * 2).fill(EMPTY);
    for (const [place, slot] of slots.entries()) {
      if (slot === EMPTY) continue;
      const moved = this.probe(keys[place] ?? 0);
      this.keys[moved] = keys[place] ?? 0;
      this.slots[moved] = slot;
    }
    this.categories = new Int16Array(categories.length * 2).fill(EMPTY);
    this.categories.set(categories);
    this.counts = new Float32Array(counts.length * 2);
    this.counts.set(counts);
    this.seenRows = new Uint32Array(seenRows.length * 2);
    this.seenRows.set(seenRows);
  }
}
