import { folded } from '../../domain/text.ts';
import { hashText } from './hash.ts';
import { namingWords, wordsOf } from './text.ts';

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
  readonly wholeWords: ReadonlySet<number>;
  readonly parts: ReadonlySet<number>;
  /** By the bank's text; those with notes by both. */
  readonly plain: Map<string, Pieces>;
  readonly noted: Map<string, Pieces>;
}

const PIECE_LENGTH = 4;
const BEGINNING_LENGTH = 5;
const SEED = { payee: 11, shop: 12, word: 13, part: 14, note: 15, name: 16 } as const;

/** Texts come again and again: what was made of a payee's name, and of a bank's text for it, is kept. */
export class TextFeatureMaker {
  private readonly payees = new Map<string, KnownPayee>();

  payee(name: string): KnownPayee {
    const known = this.payees.get(name);
    if (known !== undefined) return known;
    const made = payeeOf(name);
    this.payees.set(name, made);
    return made;
  }
}

/** @param text of the bank, which often says more than the payee that somebody chose for it. */
export function piecesOf(payee: KnownPayee, text: string, notes: string): Pieces {
  const [kept, key] = notes === '' ? [payee.plain, text] : [payee.noted, `${text}\n${notes}`];
  const known = kept.get(key);
  if (known !== undefined) return known;
  const hashes = new Set(payee.wholeWords);
  if (text !== payee.name) {
    for (const word of wordsOf(folded(text))) hashes.add(hashText(word, SEED.word));
  }
  for (const word of wordsOf(folded(notes))) hashes.add(hashText(word, SEED.note));
  const wholeWords = hashes.size;
  for (const part of payee.parts) hashes.add(part);
  const made = { hashes: Int32Array.from(hashes), wholeWords };
  kept.set(key, made);
  return made;
}

function payeeOf(written: string): KnownPayee {
  const name = folded(written);
  const words = wordsOf(name);
  const naming = namingWords(words);
  const shop = naming.join(' ');
  const padded = `^${shop}$`;
  const wholeWords = new Set([hashText(name, SEED.payee), hashText(shop, SEED.shop)]);
  for (const word of words) wholeWords.add(hashText(word, SEED.word));
  const parts = new Set<number>();
  for (let start = 0; start + PIECE_LENGTH <= padded.length; start++) {
    parts.add(hashText(padded.slice(start, start + PIECE_LENGTH), SEED.part));
  }
  return {
    name: written,
    features: {
      known: name !== '',
      payee: hashText(name),
      shop: hashText(shop),
      twoWords: hashText(naming.slice(0, 2).join(' ')),
      firstWord: hashText(naming[0] ?? ''),
      beginning: hashText(naming.join('').slice(0, BEGINNING_LENGTH)),
      lastWord: hashText(naming.at(-1) ?? ''),
      namingWords: Int32Array.from(naming, (word) => hashText(word, SEED.name)),
    },
    wholeWords,
    parts,
    plain: new Map(),
    noted: new Map(),
  };
}
