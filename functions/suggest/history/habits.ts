import type { ContextCounts } from './context-counts.ts';
import { CONTEXTS, type Features } from './features.ts';
import { hashPair } from './hash.ts';

/** Room in which an account's choices are compared; choices that meet there cost little. */
const CHOICES = 256;
/** Close accounts count far more than distant ones. */
const TASTE_SHARPNESS = 4;
/** What an account that was often in a shop counts for at most, against one that was there once. */
const MOST_OF_ACCOUNT = 3;
/** Who is like whom is found out anew once this share of rows has come in since. */
const STALE = 0.01;

const PLACE = {
  shop: CONTEXTS.indexOf('shop'),
  shopAndAccount: CONTEXTS.indexOf('shop+account'),
  firstWord: CONTEXTS.indexOf('first word'),
  firstWordAndAccount: CONTEXTS.indexOf('first word+account'),
  account: CONTEXTS.indexOf('account'),
} as const;

/** What the accounts that were in a shop chose there, the like-minded ones counting most. */
export interface Opinions {
  /** By category: weighed by how alike the accounts' categories are. */
  readonly byTaste: Float64Array;
  readonly tasteWeight: number;
  /** By category: weighed by how often the accounts chose the same for the same kind of shop. */
  readonly byChoice: Float64Array;
  readonly choiceWeight: number;
}

interface Visit {
  readonly account: number;
  /** The place of the account's own counts in the shop. */
  readonly place: number;
}

interface Likeness {
  readonly taste: Float32Array;
  readonly choice: Float32Array;
}

/** Knows which accounts have the same habits, and what they chose where an account has never been. */
export class Habits {
  private readonly counts: ContextCounts;
  private readonly accounts = new Map<number, number>();
  private readonly accountPlaces: number[] = [];
  /** By account, the shops' first words and the account's counts there. */
  private readonly words: { readonly word: number; readonly place: number }[][] = [];
  private readonly shops = new Map<number, Visit[]>();
  private readonly firstWords = new Map<number, Visit[]>();
  private rows = 0;
  private builtAt = 0;
  private builtAccounts = 0;
  private tastes = new Float32Array(0);
  private choices = new Float32Array(0);
  private readonly likeness = new Map<number, Likeness>();
  private categories = 0;
  private readonly heard = [new Heard(), new Heard()] as const;

  constructor(counts: ContextCounts) {
    this.counts = counts;
  }

  /** @param places where the row's contexts are counted, after the row was. */
  learn({ contexts }: Features, places: Int32Array): void {
    this.rows++;
    const account = this.numberOf(contexts[PLACE.account] ?? 0, places[PLACE.account] ?? -1);
    const shop = places[PLACE.shopAndAccount] ?? -1;
    if (this.counts.rows(shop) === 1) {
      visits(this.shops, contexts[PLACE.shop] ?? 0).push({ account, place: shop });
    }
    const word = places[PLACE.firstWordAndAccount] ?? -1;
    if (this.counts.rows(word) === 1) {
      const key = contexts[PLACE.firstWord] ?? 0;
      visits(this.firstWords, key).push({ account, place: word });
      this.words[account]?.push({ word: key, place: word });
    }
  }

  /** Of the other accounts, in the row's shop and in shops that begin with the same word. Valid until the next ones. */
  opinions({ contexts }: Features, categories: number): readonly [shop: Opinions, word: Opinions] {
    this.refresh(categories);
    const account = this.accounts.get(contexts[PLACE.account] ?? 0) ?? -1;
    const { heard, shops, firstWords } = this;
    for (const one of heard) one.forget(categories);
    this.ask(shops.get(contexts[PLACE.shop] ?? 0), account, heard[0]);
    this.ask(firstWords.get(contexts[PLACE.firstWord] ?? 0), account, heard[1]);
    return heard;
  }

  private ask(asked: readonly Visit[] | undefined, account: number, heard: Heard): void {
    const { byTaste, byChoice } = heard;
    let tasteWeight = 0;
    let choiceWeight = 0;
    if (asked !== undefined && account >= 0 && account < this.builtAccounts) {
      const { taste, choice } = this.likenessOf(account);
      const { counts } = this;
      for (const { account: other, place } of asked) {
        if (other === account || other >= this.builtAccounts) continue;
        const rows = counts.rows(place);
        const voice = Math.min(MOST_OF_ACCOUNT, Math.sqrt(rows)) / rows;
        for (let entry = counts.first(place); entry >= 0; entry = counts.next(place, entry)) {
          const category = counts.category(entry);
          const said = voice * counts.total(entry);
          const tasted = said * (taste[other] ?? 0);
          const chosen = said * (choice[other] ?? 0);
          byTaste[category] = (byTaste[category] ?? 0) + tasted;
          byChoice[category] = (byChoice[category] ?? 0) + chosen;
          tasteWeight += tasted;
          choiceWeight += chosen;
        }
      }
    }
    heard.tasteWeight = tasteWeight;
    heard.choiceWeight = choiceWeight;
  }

  /** How alike each other account is to this one (0..1). */
  private likenessOf(account: number): Likeness {
    const known = this.likeness.get(account);
    if (known !== undefined) return known;
    const { categories, builtAccounts } = this;
    const made = {
      taste: products(this.tastes, categories, account, builtAccounts).map(
        (value) => Math.max(0, value) ** TASTE_SHARPNESS,
      ),
      choice: products(this.choices, CHOICES, account, builtAccounts).map((value) =>
        Math.max(0, value),
      ),
    };
    this.likeness.set(account, made);
    return made;
  }

  private refresh(categories: number): void {
    if (this.rows - this.builtAt <= this.builtAt * STALE) return;
    this.builtAt = this.rows;
    this.categories = categories;
    this.builtAccounts = this.accountPlaces.length;
    this.likeness.clear();
    this.tastes = new Float32Array(this.builtAccounts * categories);
    this.choices = new Float32Array(this.builtAccounts * CHOICES);
    const common = this.accountsByChoice();
    for (let account = 0; account < this.builtAccounts; account++) {
      const taste = this.tastes.subarray(account * categories, (account + 1) * categories);
      for (const { category, total } of this.counted(this.accountPlaces[account] ?? -1)) {
        taste[category] = Math.sqrt(total);
      }
      scale(taste, 0);
      const choice = this.choices.subarray(account * CHOICES, (account + 1) * CHOICES);
      for (const { word, place } of this.words[account] ?? []) {
        for (const { category, total } of this.counted(place)) {
          const key = hashPair(word, category);
          const rarity = Math.log(1 + this.builtAccounts / (common.get(key) ?? 1));
          const spot = key & (CHOICES - 1);
          const sign = (key & CHOICES) === 0 ? 1 : -1;
          choice[spot] = (choice[spot] ?? 0) + sign * Math.log(1 + total) * rarity;
        }
      }
      // An account that chose little is sure to be like nobody.
      scale(choice, 1);
    }
  }

  /** How many accounts made each choice: a category for shops that begin with a word. */
  private accountsByChoice(): ReadonlyMap<number, number> {
    const common = new Map<number, number>();
    for (const words of this.words) {
      for (const { word, place } of words) {
        for (const { category } of this.counted(place)) {
          const key = hashPair(word, category);
          common.set(key, (common.get(key) ?? 0) + 1);
        }
      }
    }
    return common;
  }

  private *counted(place: number): Generator<{ category: number; total: number }> {
    const { counts } = this;
    for (let entry = counts.first(place); entry >= 0; entry = counts.next(place, entry)) {
      yield { category: counts.category(entry), total: counts.total(entry) };
    }
  }

  private numberOf(key: number, place: number): number {
    const known = this.accounts.get(key);
    if (known !== undefined) return known;
    const number = this.accountPlaces.push(place) - 1;
    this.words.push([]);
    this.accounts.set(key, number);
    return number;
  }
}

/** Made once for many rows: an array outside of V8's heap takes as long as all that is heard of most rows. */
class Heard implements Opinions {
  byTaste = new Float64Array(0);
  byChoice = new Float64Array(0);
  tasteWeight = 0;
  choiceWeight = 0;

  forget(categories: number): void {
    if (this.byTaste.length < categories) {
      this.byTaste = new Float64Array(categories);
      this.byChoice = new Float64Array(categories);
    }
    this.byTaste.fill(0);
    this.byChoice.fill(0);
  }
}

function visits(of: Map<number, Visit[]>, key: number): Visit[] {
  const known = of.get(key) ?? [];
  if (known.length === 0) of.set(key, known);
  return known;
}

/** Scales a vector to length one, or shorter where `doubt` is not 0. */
function scale(vector: Float32Array, doubt: number): void {
  let squares = 0;
  for (let index = 0; index < vector.length; index++) squares += (vector[index] ?? 0) ** 2;
  const length = Math.sqrt(squares) + doubt;
  if (length === 0) return;
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] ?? 0) / length;
}

/** The products of one vector with each of `count` vectors of that size, laid end to end. */
function products(vectors: Float32Array, size: number, one: number, count: number): Float32Array {
  const result = new Float32Array(count);
  const own = one * size;
  for (let other = 0; other < count; other++) {
    const start = other * size;
    let sum = 0;
    for (let index = 0; index < size; index++) {
      sum += (vectors[own + index] ?? 0) * (vectors[start + index] ?? 0);
    }
    result[other] = sum;
  }
  return result;
}
