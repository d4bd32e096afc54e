const NONE = -1;
const FEWEST = 1 << 10;
/** Numbers of a spot: a key, and its place. */
const SPOT = { size: 2, place: 1 } as const;

/** Where hashed keys have their places: a hash table with open addressing, in one piece of memory. */
export class KeyTable {
  private spots: Int32Array;
  private used = 0;

  /** @param expected about how many keys there will be. */
  constructor(expected: number) {
    const room = 2 ** Math.ceil(Math.log2(Math.max(FEWEST, expected)));
    this.spots = new Int32Array(room * SPOT.size).fill(NONE);
  }

  /** -1 for a key that has none. */
  find(key: number): number {
    return this.spots[this.spotOf(key) + SPOT.place] ?? NONE;
  }

  /** Gives a place, 0 or higher, to a key that has none. */
  add(key: number, place: number): void {
    const spot = this.spotOf(key);
    this.spots[spot] = key;
    this.spots[spot + SPOT.place] = place;
    this.used++;
    if (this.used * 2 * SPOT.size > this.spots.length) this.widen();
  }

  /** The spot where the key is, or where it belongs. */
  private spotOf(key: number): number {
    const { spots } = this;
    const mask = spots.length - 1;
    let spot = (key << 1) & mask;
    while (spots[spot + SPOT.place] !== NONE && spots[spot] !== key) {
      spot = (spot + SPOT.size) & mask;
    }
    return spot;
  }

  private widen(): void {
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
