import { folded } from '../../domain/text.ts';
import { beginningOf, namingWords, wordsOf } from './text.ts';

/** How often each category was chosen: true counts, for people to read. */
export interface Tally {
  readonly rows: number;
  readonly of: ReadonlyMap<string, { readonly times: number }>;
}

interface OpenTally {
  rows: number;
  /** By category; counted in place, as setting an entry takes as long as finding it. */
  readonly of: Map<string, { times: number }>;
}

interface PayeeTally extends OpenTally {
  /** The payee as it was written last. */
  written: string;
  readonly namesakes: Namesakes;
}

/** All payees with the same naming words: banks write cards, days and numbers of all kinds beside a shop's name. */
interface Namesakes extends OpenTally {
  payees: number;
}

/** Past payees that another one is like. */
export interface Like {
  readonly payee: string;
  /** Whether there are others of its name, numbers aside. */
  readonly hasNamesakes: boolean;
  /** Of all that have its name. */
  readonly tally: Tally;
}

/** What reasons are made of: past transactions counted by payee, and which past payees are like another one. */
export class Past {
  private readonly byPayee = new Map<string, PayeeTally>();
  /** The same ones by the payee as it is written: folding a text takes longer than finding it. */
  private readonly byWriting = new Map<string, PayeeTally>();
  private readonly byName = new Map<string, Namesakes>();
  private readonly byAccount = new Map<string, OpenTally>();
  /** By each word that names them, and by how they begin. */
  private readonly payeesOfWord = new Map<string, Set<string>>();
  private rows = 0;

  add(payee: string, account: string, category: string): void {
    this.rows++;
    const tally = this.byWriting.get(payee) ?? this.tallyFor(payee);
    if (tally !== undefined) {
      tally.written = payee;
      count(tally, category);
      count(tally.namesakes, category);
    }
    let ofAccount = this.byAccount.get(account);
    if (ofAccount === undefined) {
      ofAccount = { rows: 0, of: new Map() };
      this.byAccount.set(account, ofAccount);
    }
    count(ofAccount, category);
  }

  size(): number {
    return this.rows;
  }

  /** Whether anything was of the category. */
  has(category: string): boolean {
    for (const { of } of this.byAccount.values()) if (of.has(category)) return true;
    return false;
  }

  ofPayee(payee: string): Tally | undefined {
    return this.byWriting.get(payee) ?? this.byPayee.get(folded(payee));
  }

  ofAccount(account: string): Tally | undefined {
    return this.byAccount.get(account);
  }

  /**
   * The past payee most like this one that was in the category: it shares the most naming words, the first one above all, or
   * begins with the same letters. Undefined when none is like it.
   */
  likest(payee: string, category: string): Like | undefined {
    const own = folded(payee);
    const names = namingWords(wordsOf(own));
    const others = new Set(keysOf(names).flatMap((key) => [...(this.payeesOfWord.get(key) ?? [])]));
    let best: { readonly tally: PayeeTally; readonly likeness: number } | undefined;
    for (const other of others) {
      const tally = this.byPayee.get(other);
      if (other === own || tally === undefined || !tally.of.has(category)) continue;
      const likeness = likenessOf(names, namingWords(wordsOf(other)));
      const better =
        best === undefined ||
        (likeness - best.likeness ||
          timesOf(tally, category) - timesOf(best.tally, category) ||
          Number(tally.written < best.tally.written)) > 0;
      if (better) best = { tally, likeness };
    }
    if (best === undefined) return undefined;
    const { written, namesakes } = best.tally;
    return { payee: written, hasNamesakes: namesakes.payees > 1, tally: namesakes };
  }

  /** Whether a payee came before, or one that shares a naming word with it or begins with the same letters. */
  hasLike(payee: string): boolean {
    const own = folded(payee);
    if (this.byPayee.has(own)) return true;
    return keysOf(namingWords(wordsOf(own))).some((key) => this.payeesOfWord.has(key));
  }

  /** Undefined for rows without a payee: they have none in common. */
  private tallyFor(payee: string): PayeeTally | undefined {
    const key = folded(payee);
    if (key === '') return undefined;
    let tally = this.byPayee.get(key);
    if (tally === undefined) {
      const names = namingWords(wordsOf(key));
      tally = { rows: 0, of: new Map(), written: payee, namesakes: this.namesakesOf(names, key) };
      this.byPayee.set(key, tally);
      this.index(key, names);
    }
    this.byWriting.set(payee, tally);
    return tally;
  }

  /** Those of the same naming words, with one payee more; a payee of signs alone has no words, and none but itself. */
  private namesakesOf(names: readonly string[], payee: string): Namesakes {
    const name = names.join(' ') || payee;
    const known = this.byName.get(name) ?? { rows: 0, of: new Map(), payees: 0 };
    known.payees++;
    this.byName.set(name, known);
    return known;
  }

  private index(payee: string, names: readonly string[]): void {
    for (const key of keysOf(names)) {
      const payees = this.payeesOfWord.get(key);
      if (payees === undefined) this.payeesOfWord.set(key, new Set([payee]));
      else if (payees.size < MOST_PAYEES_OF_WORD) payees.add(payee);
    }
  }
}

/** What payees that are like each other have in common; no word begins with `^`. */
function keysOf(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [...names, `^${beginningOf(names)}`];
}

/** A word that this many payees share tells nothing, and looking at all of them takes long. */
const MOST_PAYEES_OF_WORD = 50;

function count(tally: OpenTally, category: string): void {
  tally.rows++;
  const known = tally.of.get(category);
  if (known === undefined) tally.of.set(category, { times: 1 });
  else known.times++;
}

/** How often a category was chosen. */
export function timesOf(tally: Tally | undefined, category: string): number {
  return tally?.of.get(category)?.times ?? 0;
}

/** The share of words that two texts have in common (0..1), the first word counting twice. */
function likenessOf(some: readonly string[], others: readonly string[]): number {
  const common = some.filter((word) => others.includes(word)).length;
  const first = some[0] !== undefined && some[0] === others[0] ? 1 : 0;
  return (common + first) / (new Set([...some, ...others]).size + 1);
}
