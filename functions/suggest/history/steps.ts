import { WeightedRows } from './weighted-rows.ts';

/**
 * Steps towards a chosen category: up for it, down for all others by their share. Most of the others have a share next
 * to nothing; instead of tiny steps for all of them, every time, a few of them, by chance, take one that is as much
 * wider as it is rarer. What is never pushed down would end up likely.
 */
export class StepMaker {
  private readonly smallest: number;
  private readonly steps = new WeightedRows();
  private state = 1;

  constructor(smallest: number) {
    this.smallest = smallest;
  }

  /** The step of each category that takes one, until the next time. */
  make(shares: Float64Array, categories: number, chosen: number): WeightedRows {
    const { smallest, steps } = this;
    steps.count = 0;
    for (let category = 0; category < categories; category++) {
      const share = shares[category] ?? 0;
      if (category === chosen) steps.add(category, 1 - share);
      else if (share >= smallest) steps.add(category, -share);
      else if (this.happens(share / smallest)) steps.add(category, -smallest);
    }
    return steps;
  }

  /** True as often as the chance says, the same on every machine. */
  private happens(chance: number): boolean {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) | 0;
    return this.state >>> 8 < chance * 2 ** 24;
  }
}
