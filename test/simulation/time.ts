/** Virtual time: what is to happen, in order, as fast as it can be worked through. Milliseconds since the epoch. */

const START = Date.UTC(2026, 0, 1);

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly happens: () => void;
}

export class VirtualTime {
  private current = START;
  private made = 0;
  /** A binary heap: the earliest first, and of two at the same time the one that was planned first. */
  private readonly heap: Entry[] = [];

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.current;
  }

  /** Minutes since the beginning. */
  get minutes(): number {
    return (this.current - START) / 60_000;
  }

  after(milliseconds: number, happens: () => void): void {
    this.push({ at: this.current + milliseconds, order: this.made++, happens });
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /**
   * Lets happen what is planned, one after the other, each with all that follows from it at once, until `done` says so
   * or nothing is planned any more.
   */
  async run(done: () => boolean): Promise<void> {
    for (let next = this.pop(); next !== undefined; next = this.pop()) {
      this.current = next.at;
      next.happens();
      await everythingThatFollows();
      if (done()) return;
    }
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  private pop(): Entry | undefined {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let below = left;
      if (right < heap.length && isBefore(heap[right] ?? last, heap[left] ?? last)) below = right;
      const child = heap[below];
      if (child === undefined || !isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Node runs what waits for the next tick once no promise is left that could go on by itself; the event loop need not turn. */
function everythingThatFollows(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
