const NONE = 0;

/** Numbers hashes from 1 on as they come, so that what is learnt about them lies close together. */
export class Numbering {
  private readonly numbers: Int32Array;
  private given = NONE;

  /** @param room a power of two: hashes that are the same below it have one number. */
  constructor(room: number) {
    this.numbers = new Int32Array(room);
  }

  /** 0 for a hash that has no number yet. */
  find(hash: number): number {
    return this.numbers[hash & (this.numbers.length - 1)] ?? NONE;
  }

  /** The hash's number, a new one if need be. */
  give(hash: number): number {
    const spot = hash & (this.numbers.length - 1);
    const known = this.numbers[spot] ?? NONE;
    if (known !== NONE) return known;
    this.given++;
    this.numbers[spot] = this.given;
    return this.given;
  }
}
