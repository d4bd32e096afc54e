/**
 * Steps towards a chosen category: up for it, down for all others by their share. Most of the others have a share next
 * to nothing; instead of tiny steps for all of them, every time, a few of them, by chance, take one that is as much
 * wider as it is rarer. What is never pushed down would end up likely.
 */
export class StepMaker {
  private readonly smallest: number;
  /** What was made last: so many categories, and the step of each. */
  categories = new Int32Array(64);
  sizes = new Float64Array(64);
  private state = 1;

  constructor(smallest: number) {
    this.smallest = smallest;
  }

  /** @returns how many there are to take. */
  make(shares: Float64Array, categories: number, chosen: number): number {
    if (categories > this.categories.length) {
      this.categories = new Int32Array(categories * 2);
      this.sizes = new Float64Array(categories * 2);
    }
    const { smallest, categories: moved, sizes } = this;
    let count = 0;
    for (let category = 0; category < categories; category++) {
      const share = shares[category] ?? 0;
      const step = category === chosen ? 1 - share : -share;
      if (share < smallest && category !== chosen && !this.happens(share / smallest)) continue;
      moved[count] = category;
      sizes[count++] = category === chosen ? step : Math.min(step, -smallest);
    }
    return count;
  }

  /** True as often as the chance says, the same on every machine. */
  private happens(chance: number): boolean {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) | 0;
    return this.state >>> 8 < chance * 2 ** 24;
  }
}
