import { cautious, surestAfter } from './caution.ts';
import { tellOfCompanions, together } from './companions.ts';
import { ContextCounts } from './context-counts.ts';
import { CONTEXTS, FeatureMaker, type Features, PAYEE_CONTEXTS } from './features.ts';
import { Habits } from './habits.ts';
import { addIndirect, INDIRECT_CONTEXTS, type Usual, usualOf } from './indirect.ts';
import { LinearFeatures } from './linear-features.ts';
import { LinearModel } from './linear-model.ts';
import { NetworkModel } from './network-model.ts';
import { Places } from './places.ts';
import { Ranker } from './ranker.ts';
import { rankerWeights } from './ranker-weights.ts';
import { Repeats } from './repeats.ts';
import type { Row } from './row.ts';
import { LONGEST_SHORTLIST, likeliest, shortlistOf } from './shortlist.ts';
import { fillSignals, SIGNALS } from './signals.ts';
import { softmax } from './softmax.ts';

/** Categories of a row, best first, with the chance that each is right. */
export interface Ranking {
  readonly categories: readonly RankedCategory[];
  /** Whether the first category was seen with this payee or one like it. */
  readonly payeeKnown: boolean;
}

export interface RankedCategory {
  readonly category: string;
  /** 0..1 */
  readonly confidence: number;
}

/** A row without a category. */
export interface Asked {
  readonly row: Row;
  /** Categories that must not come up for it. */
  readonly refused?: ReadonlySet<string> | undefined;
}

/** What there is to rank for a row. */
export interface Look {
  /** Numbers of categories. */
  readonly shortlist: readonly number[];
  /** `SIGNALS` numbers for each of them, one after the other, until the next rows are looked at. */
  readonly signals: Float32Array;
  /** Where the row's contexts about the payee are counted; -1 for those that no row was in. */
  readonly places: Int32Array;
}

const SIGNALS_OF_ROW = LONGEST_SHORTLIST * SIGNALS;
/** A category that a model gives this chance is no news: not to the network. */
const PLAIN_SHARE = { linear: 0.9, network: 0.93 } as const;
/** After so many times in a row that an account chose the same in a shop, one more teaches the models nothing. */
const PLAIN_RUN = 2;
const SHOP_AND_ACCOUNT = CONTEXTS.indexOf('shop+account');
/** New ones: the others were met before. */
const CONTEXTS_OF_ROW = 4;
/** Rows of weights in the models: few for a small budget, bounded for a huge one. */
const MODEL_ROWS = { fewest: 1 << 12, most: 1 << 17 } as const;

/** Learns categories row by row, oldest first, and ranks them for rows that have none. */
export class Learner {
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  /** The numbers of all categories. */
  private readonly everything: number[] = [];
  private readonly features = new FeatureMaker(INDIRECT_CONTEXTS);
  private readonly linearFeatures = new LinearFeatures();
  private readonly counts: ContextCounts;
  private readonly habits: Habits;
  private readonly linear: LinearModel;
  private readonly network: NetworkModel;
  /** Made when first asked: the ranker's weights are found by a learner that has none. */
  private ranker: Ranker | undefined;
  /** Of the rows that were looked at last, as many signals as each may have. */
  private signals = new Float32Array(SIGNALS_OF_ROW);
  private readonly scores = new Float64Array(LONGEST_SHORTLIST);
  private readonly places: Places;
  private readonly repeats = new Repeats();
  private lastDay = 0;
  private linearShares = new Float64Array(0);
  private networkShares = new Float64Array(0);

  /**
   * @param expectedRows about how many rows there are to learn.
   * @param categories those that may be proposed, as far as they are known beforehand.
   */
  constructor(expectedRows: number, categories: readonly string[] = []) {
    const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, expectedRows)));
    const rows = Math.min(MODEL_ROWS.most, Math.max(MODEL_ROWS.fewest, wanted));
    this.counts = new ContextCounts(expectedRows * CONTEXTS_OF_ROW);
    this.places = new Places(this.counts);
    this.habits = new Habits(this.counts);
    this.linear = new LinearModel(rows, categories.length);
    this.network = new NetworkModel(this.counts, rows, categories.length);
    for (const category of categories) this.numberOf(category);
  }

  learn(row: Row, categoryName: string): void {
    const category = this.numberOf(categoryName);
    const known = this.names.length;
    const { features, usual } = this.view(row);
    const { linear, linearFeatures, network, counts, linearShares, networkShares } = this;
    const places = this.places.values;
    if (!this.isPlain(places, category)) {
      linearFeatures.fill(features, usual);
      linear.predict(linearFeatures, linearShares, known);
      const isNews = (linearShares[category] ?? 0) < PLAIN_SHARE.linear;
      linear.learn(linearFeatures, linearShares, known, category);
      if (isNews) {
        network.predict(features, places, linearShares, networkShares, known);
        if ((networkShares[category] ?? 0) < PLAIN_SHARE.network) {
          network.learn(features, networkShares, known, category);
        }
      }
    }
    this.lastDay = row.day;
    counts.addAll(features.contexts, category, row.day, places);
    this.habits.learn(features, places);
  }

  /** Learns a row once more, which makes it no more evidence. */
  learnAgain(row: Row, categoryName: string): void {
    this.learn(row, categoryName);
    this.repeats.add(this.places.values.subarray(0, PAYEE_CONTEXTS), this.numberOf(categoryName));
  }

  /** What the categories of these rows may be, in their order. */
  propose(asked: readonly Asked[]): readonly Ranking[] {
    const rankings: Ranking[] = [];
    for (const group of together(asked.map(({ row }) => row))) {
      const looks = this.lookAll(group.flatMap((place) => asked[place] ?? []));
      for (const [index, look] of looks.entries()) rankings[group[index] ?? 0] = this.rank(look);
    }
    return rankings;
  }

  private rank({ shortlist, signals, places }: Look): Ranking {
    const { scores } = this;
    this.ranker ??= new Ranker(rankerWeights());
    this.ranker.score(signals, shortlist.length, scores);
    softmax(scores, shortlist.length);
    const best = likeliest(shortlist, scores);
    const [first] = best;
    if (first === undefined) return { categories: [], payeeKnown: false };
    const evidence = this.evidence(places, first.category);
    const sure = Math.min(cautious(first.share), surestAfter(evidence));
    // Those behind the first share what is left of it, and never more than they had.
    const left = first.share < sure ? (1 - sure) / (1 - first.share) : 1;
    return {
      categories: best.map(({ category, share }, index) => ({
        category: this.names[category] ?? '',
        confidence: index === 0 ? sure : Math.min(sure, share * left),
      })),
      payeeKnown: evidence > 0,
    };
  }

  /** What the ranker is shown for rows of one account and day; its weights are found by it (bench/ranker). */
  look(rows: readonly Row[]): readonly Look[] {
    return this.lookAll(rows.map((row) => ({ row })));
  }

  /** The number of a category in a look; it has none before it was learnt or given. */
  numberFor(category: string): number | undefined {
    return this.numbers.get(category);
  }

  /** @param asked rows of one account and day. */
  private lookAll(asked: readonly Asked[]): readonly Look[] {
    const most = asked.length * SIGNALS_OF_ROW;
    if (this.signals.length < most) this.signals = new Float32Array(most);
    const looks = asked.map(({ row, refused }, index) => {
      const start = index * SIGNALS_OF_ROW;
      const signals = this.signals.subarray(start, start + SIGNALS_OF_ROW);
      return this.lookAt(row, this.candidatesWithout(refused), signals);
    });
    tellOfCompanions(looks, this.names.length);
    return looks;
  }

  private lookAt(row: Row, candidates: readonly number[], signals: Float32Array): Look {
    const { counts, names, linear, network, linearShares, networkShares } = this;
    const places = this.places.values;
    const { features, usual } = this.view(row);
    const categories = names.length;
    this.linearFeatures.fill(features, usual);
    linear.predict(this.linearFeatures, linearShares, categories);
    network.predict(features, places, linearShares, networkShares, categories);
    const models = [linearShares, networkShares];
    const shortlist = shortlistOf(counts, places, models, candidates);
    const opinions = this.habits.opinions(features, categories);
    const staleDays = Math.max(0, row.day - this.lastDay);
    const evidence = { counts, places, day: row.day, staleDays, opinions, models };
    fillSignals(evidence, shortlist, categories, signals);
    return { shortlist, signals, places: places.slice(0, PAYEE_CONTEXTS) };
  }

  private candidatesWithout(refused: ReadonlySet<string> | undefined): readonly number[] {
    if (refused === undefined) return this.everything;
    return this.everything.filter((category) => !refused.has(this.names[category] ?? ''));
  }

  private isPlain(places: Int32Array, category: number): boolean {
    const { counts } = this;
    const place = places[SHOP_AND_ACCOUNT] ?? -1;
    return counts.run(place) >= PLAIN_RUN && counts.category(counts.first(place)) === category;
  }

  /** The row as the models see it, until the next one. Finds its places. */
  private view(row: Row): { readonly features: Features; readonly usual: Usual } {
    const { counts, places } = this;
    const features = this.features.of(row);
    places.findOwn(features);
    const usual = usualOf(counts, places.values, features);
    addIndirect(features.contexts, usual);
    places.findIndirect(features);
    return { features, usual };
  }

  /** How often the category was seen with this payee or one like it, the recent times counting most. */
  private evidence(places: Int32Array, category: number): number {
    let most = 0;
    for (const place of places) {
      most = Math.max(most, this.repeats.recentOf(this.counts, place, category));
    }
    return most;
  }

  private numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.names.push(name) - 1;
    this.everything.push(number);
    this.numbers.set(name, number);
    if (number >= this.linearShares.length) {
      const room = Math.max(8, this.linearShares.length * 2);
      this.linearShares = new Float64Array(room);
      this.networkShares = new Float64Array(room);
    }
    return number;
  }
}
