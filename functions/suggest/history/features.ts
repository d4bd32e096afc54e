import { folded } from '../../domain/text.ts';
import { hashPair, hashText } from './hash.ts';
import type { Row } from './row.ts';
import { namingWords, wordsOf } from './text.ts';

/** What the models know of a row, in numbers. */
export interface Features {
  /** One hashed key per context of `CONTEXTS`, in that order; 0 where the row has none. */
  readonly contexts: Int32Array;
  /** Hashed words and pieces of the text. */
  readonly pieces: Int32Array;
  /** The account, hashed. */
  readonly account: number;
  /** The amount's sign and size, a small integer. */
  readonly size: number;
  /** How round the amount is: 0 to 7. */
  readonly roundness: number;
  /** Words, account and size, and what they make together: a word in an account, an account with a size. */
  readonly pairs: Int32Array;
}

/** The contexts in which categories are counted. */
export const CONTEXTS = [
  'payee',
  'payee+account',
  'payee+amount',
  'shop',
  'shop+size',
  'last word',
  'shop+account',
  'two words+account',
  'first word',
  'first word+account',
  'beginning',
  'account+amount',
  'account+size',
  'account+sign',
  'account',
  'amount',
  'size',
  'all',
] as const;

/** Contexts about the payee: without any of them nothing is known about a row but its account. */
export const PAYEE_CONTEXTS = 11;

const PIECE_LENGTH = 4;
const BEGINNING_LENGTH = 5;
/** From the roundest on; every amount is divisible by the last one. */
const ROUND_CENTS = [10_000, 1000, 500, 100, 50, 10, 1] as const;
const DAY_MS = 86_400_000;
/** A feature of all rows: how common a category is anyway. */
const EVERY_ROW = 7;

/** What a text brings to its rows, whatever their account and amount. */
interface TextFeatures {
  readonly known: boolean;
  readonly payee: number;
  readonly shop: number;
  readonly twoWords: number;
  readonly firstWord: number;
  readonly beginning: number;
  readonly lastWord: number;
  readonly namingWords: readonly number[];
  readonly pieces: Int32Array;
  /** Those of the pieces that are whole words or more. */
  readonly wholeWords: Int32Array;
}

/** Texts come again and again: what was made of one is kept. Features are valid until the next row. */
export class FeatureMaker {
  private readonly texts = new Map<string, TextFeatures>();
  private readonly contexts = new Int32Array(CONTEXTS.length);
  private pairs = new Int32Array(64);
  private day = dayFeatures(0);

  of(row: Row): Features {
    const text = this.textFeatures(row);
    const account = hashText(row.account);
    const size = sizeOf(row.amount);
    const keys: readonly number[] = [
      text.payee,
      hashPair(text.payee, account),
      hashPair(text.payee, row.amount),
      text.shop,
      hashPair(text.shop, size),
      text.lastWord,
      hashPair(text.shop, account),
      hashPair(text.twoWords, account),
      text.firstWord,
      hashPair(text.firstWord, account),
      text.beginning,
      hashPair(account, row.amount),
      hashPair(account, size),
      hashPair(account, Math.sign(row.amount)),
      account,
      row.amount,
      size,
      1,
    ];
    const { contexts } = this;
    for (let index = 0; index < keys.length; index++) {
      // Rows without any payee have no payee in common: they lack one.
      const lacking = !text.known && index < PAYEE_CONTEXTS;
      contexts[index] = lacking ? 0 : hashPair(keys[index] ?? 0, index + 1) || 1;
    }
    const roundness = roundnessOf(row.amount);
    return {
      contexts,
      pieces: text.pieces,
      account,
      size,
      roundness,
      pairs: this.pairsOf(text, account, size, roundness, row.day),
    };
  }

  private pairsOf(
    text: TextFeatures,
    account: number,
    size: number,
    roundness: number,
    day: number,
  ): Int32Array {
    const { namingWords, wholeWords } = text;
    const length = wholeWords.length + namingWords.length + 13;
    if (this.pairs.length < length) this.pairs = new Int32Array(length * 2);
    const { pairs } = this;
    pairs.set(wholeWords);
    let place = wholeWords.length;
    pairs[place++] = hashPair(account, 1);
    pairs[place++] = hashPair(size, 2);
    pairs[place++] = hashPair(text.firstWord, 17);
    for (const word of namingWords) pairs[place++] = hashPair(word, account);
    pairs[place++] = hashPair(account, size);
    pairs[place++] = hashPair(text.shop, account);
    pairs[place++] = hashPair(text.firstWord, account ^ 3);
    if (day !== this.day.number) this.day = dayFeatures(day);
    for (const habit of [hashPair(roundness, 20), this.day.ofWeek, this.day.partOfMonth]) {
      pairs[place++] = habit;
      pairs[place++] = hashPair(habit, account);
    }
    pairs[place] = EVERY_ROW;
    return pairs.subarray(0, length);
  }

  private textFeatures({ payee, text, notes }: Row): TextFeatures {
    const key = text === payee && notes === '' ? payee : `${payee}\n${text}\n${notes}`;
    const known = this.texts.get(key);
    if (known !== undefined) return known;
    const made = featuresOfText(folded(payee), folded(text), folded(notes));
    this.texts.set(key, made);
    return made;
  }
}

function featuresOfText(payee: string, text: string, notes: string): TextFeatures {
  const words = wordsOf(payee);
  const naming = namingWords(words);
  const shop = naming.join(' ');
  const [first = ''] = naming;
  const padded = `^${shop}$`;
  const pieces = new Set([hashText(payee, 11), hashText(shop, 12)]);
  for (const word of words) pieces.add(hashText(word, 13));
  // The bank's text often says more than the payee that somebody chose for it.
  if (text !== payee) for (const word of wordsOf(text)) pieces.add(hashText(word, 13));
  for (const word of wordsOf(notes)) pieces.add(hashText(word, 15));
  const wholeWords = Int32Array.from(pieces);
  for (let start = 0; start + PIECE_LENGTH <= padded.length; start++) {
    pieces.add(hashText(padded.slice(start, start + PIECE_LENGTH), 14));
  }
  return {
    known: payee !== '',
    payee: hashText(payee),
    shop: hashText(shop),
    twoWords: hashText(naming.slice(0, 2).join(' ')),
    firstWord: hashText(first),
    beginning: hashText(naming.join('').slice(0, BEGINNING_LENGTH)),
    lastWord: hashText(naming.at(-1) ?? ''),
    namingWords: naming.map((word) => hashText(word, 16)),
    pieces: Int32Array.from(pieces),
    wholeWords,
  };
}

/** Rows of a day come together. */
function dayFeatures(day: number) {
  return {
    number: day,
    ofWeek: hashPair(day % 7, 21),
    partOfMonth: hashPair(Math.floor((new Date(day * DAY_MS).getUTCDate() - 1) / 8), 22),
  };
}

/** How round an amount is: whole hundreds, tens, fives, ones, and what shops like their prices to end in. */
function roundnessOf(amount: number): number {
  const cents = Math.abs(amount);
  if (cents % 100 === 99) return 0;
  return 1 + ROUND_CENTS.findIndex((step) => cents % step === 0);
}

/** The amount's sign and size, in steps of about a third. */
function sizeOf(amount: number): number {
  if (amount === 0) return 0;
  return Math.sign(amount) * (1 + Math.floor(Math.log(Math.abs(amount)) * 2));
}
