import { folded } from '../../domain/text.ts';
import { hashText } from './hash.ts';
import { beginningOf, lastingWords, namingWords, wordsOf } from './text.ts';

/** What the texts of a row bring to it, whatever its account and amount. */
export interface Pieces {
  /** Hashed words, and parts of words. */
  readonly hashes: Int32Array;
  /** How many of them, from the first on, are whole words or more. */
  readonly wholeWords: number;
}

/** What a payee's name brings to its rows, hashed. */
export interface PayeeFeatures {
  /** False where there is none. */
  readonly known: boolean;
  readonly payee: number;
  readonly shop: number;
  readonly twoWords: number;
  readonly firstWord: number;
  readonly beginning: number;
  readonly lastWord: number;
  readonly namingWords: Int32Array;
}

/** A payee with what was made of its name and of the texts that came with it. */
export interface KnownPayee {
  readonly name: string;
  readonly features: PayeeFeatures;
  readonly wholeWords: readonly number[];
  readonly parts: readonly number[];
  /** By the bank's text; those with notes by both. */
  readonly plain: Map<string, Pieces>;
  readonly noted: Map<string, Pieces>;
  /** By the number of an account, the number of the payee in that account. */
  readonly pairs: number[];
}

const PIECE_LENGTH = 4;
const SEED = { payee: 11, shop: 12, word: 13, part: 14, note: 15, name: 16 } as const;

/** Texts come again and again: what was made of a payee's name, and of a bank's text for it, is kept. */
export class TextFeatureMaker {
  private readonly payees = new Map<string, KnownPayee>();

  payee(name: string): KnownPayee {
    const known = this.payees.get(name);
    if (known !== undefined) return known;
    const made = knownPayee(name);
    this.payees.set(name, made);
    return made;
  }
}

/** @param text of the bank, which often says more than the payee that somebody chose for it. */
export function piecesOf(payee: KnownPayee, text: string, notes: string): Pieces {
  const [kept, key] = notes === '' ? [payee.plain, text] : [payee.noted, `${text}\n${notes}`];
  const known = kept.get(key);
  if (known !== undefined) return known;
  const words = [...payee.wholeWords];
  if (text !== payee.name) {
    for (const word of lastingWords(wordsOf(folded(text))))
      addOnce(words, hashText(word, SEED.word));
  }
  if (notes !== '') {
    for (const word of wordsOf(folded(notes))) addOnce(words, hashText(word, SEED.note));
  }
  // A part may have the hash of a word.
  const parts = payee.parts.filter((part) => !words.includes(part));
  const hashes = new Int32Array(words.length + parts.length);
  hashes.set(words);
  hashes.set(parts, words.length);
  const made = { hashes, wholeWords: words.length };
  kept.set(key, made);
  return made;
}

function knownPayee(written: string): KnownPayee {
  const name = folded(written);
  const found = wordsOf(name);
  // Payees of signs alone, such as an emoji, have no words in common: each is one by itself.
  const all = found.length > 0 || name === '' ? found : [name];
  const words = lastingWords(all);
  const lasting = words.length === all.length ? name : words.join(' ');
  const naming = namingWords(all);
  const shop = naming.join(' ');
  const padded = `^${shop}$`;
  const wholeWords = [hashText(lasting, SEED.payee), hashText(shop, SEED.shop)];
  for (const word of words) addOnce(wholeWords, hashText(word, SEED.word));
  const parts: number[] = [];
  for (let start = 0; start + PIECE_LENGTH <= padded.length; start++) {
    addOnce(parts, hashText(padded.slice(start, start + PIECE_LENGTH), SEED.part));
  }
  return {
    name: written,
    features: {
      known: name !== '',
      payee: hashText(lasting),
      shop: hashText(shop),
      twoWords: hashText(naming.slice(0, 2).join(' ')),
      firstWord: hashText(naming[0] ?? ''),
      beginning: hashText(beginningOf(naming)),
      lastWord: hashText(naming.at(-1) ?? ''),
      namingWords: Int32Array.from(naming, (word) => hashText(word, SEED.name)),
    },
    wholeWords,
    parts,
    plain: new Map(),
    noted: new Map(),
    pairs: [],
  };
}

/** Texts are short: looking through what there is takes less time than a set. */
function addOnce(hashes: number[], hash: number): void {
  if (!hashes.includes(hash)) hashes.push(hash);
}
