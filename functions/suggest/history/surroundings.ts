import type { ContextCounts } from './context-counts.ts';
import { CONTEXTS } from './features.ts';
import { type Start, Vectors } from './vectors.ts';
import { WeightedRows } from './weighted-rows.ts';

/** Contexts whose recent categories the network is told. */
const TOLD = (
  [
    'account',
    'payee',
    'shop',
    'first word',
    'shop+account',
    'first word+account',
    'account+amount',
    'account+size',
  ] as const
).map((context) => CONTEXTS.indexOf(context));
/** What having no past weighs in a context, against its recent counts. */
const DOUBT = 0.3;
/** Shares of a context below this say nothing; that is all it has left after so many rows. */
const SMALLEST_SHARE = 0.03;
const FADED_ROWS = 34;

/** What was chosen lately in a row's contexts, in vectors: one for each category in each context, and for none. */
export class Surroundings {
  private readonly counts: ContextCounts;
  private readonly vectors: Vectors;
  /** Those of the row that was looked at last. */
  private readonly told = new WeightedRows();

  constructor(counts: ContextCounts, categories: number, start: Start) {
    this.counts = counts;
    this.vectors = new Vectors((categories + 1) * TOLD.length, start);
  }

  /** Makes room for so many categories. */
  reach(categories: number): void {
    this.vectors.reach((categories + 1) * TOLD.length);
  }

  /** Adds the vectors of a row to a sum, each times its category's share of the context. */
  addTo(sum: Float64Array, places: Int32Array): void {
    const { counts } = this;
    this.told.count = 0;
    for (let index = 0; index < TOLD.length; index++) {
      const place = places[TOLD[index] ?? 0] ?? -1;
      const all = counts.allRecent(place) + DOUBT;
      this.tell(index, DOUBT / all);
      for (let entry = counts.first(place); entry >= 0; entry = counts.next(place, entry)) {
        if (counts.rowsSince(place, entry) > FADED_ROWS) break;
        const vector = (counts.category(entry) + 1) * TOLD.length + index;
        this.tell(vector, counts.recent(place, entry) / all);
      }
    }
    this.vectors.addTo(sum, this.told);
  }

  /** Moves the vectors added last along the slopes. @param steepness the mean of the slopes' squares. */
  move(slopes: Float64Array, rate: number, steepness: number): void {
    this.vectors.move(this.told, slopes, rate, steepness);
  }

  private tell(vector: number, share: number): void {
    if (share >= SMALLEST_SHARE) this.told.add(vector, share);
  }
}
