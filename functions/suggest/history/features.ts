import { folded } from '../../domain/text.ts';
import { hashPair, hashText } from './hash.ts';
import type { Row } from './row.ts';
import { namingWords, wordsOf } from './text.ts';

/** What the predictors know of a row, in numbers. */
export interface Features {
  /** One hashed key per context of `CONTEXTS`, in that order; 0 where the row has none. */
  readonly contexts: Int32Array;
  /** Hashed words, pairs of words and pieces of words, each with and some with the account. */
  readonly pieces: Int32Array;
  /** The account, hashed. */
  readonly account: number;
  /** Sign and size of the amount. */
  readonly size: number;
  /** Days since 1970-01-01. */
  readonly day: number;
}

/** The contexts in which categories are counted, from the surest to the vaguest. */
export const CONTEXTS = [
  'payee',
  'payee+account',
  'payee+amount',
  'payee+sign',
  'text',
  'shop',
  'shop+account',
  'shop+size',
  'shop+account+size',
  'two words',
  'two words+account',
  'first word',
  'first word+account',
  'beginning',
  'notes',
  'account+amount',
  'account+size',
  'account',
  'amount',
] as const;

/** Contexts about the payee or its text: without any of them nothing is known about a row but its account. */
export const PAYEE_CONTEXTS = 15;

const PIECE_LENGTH = 4;
const BEGINNING_LENGTH = 5;

export function featuresOf(row: Row): Features {
  const payee = folded(row.payee);
  const text = folded(row.text);
  const words = namingWords(wordsOf(payee));
  const shop = words.join(' ');
  const account = hashText(row.account);
  const payeeHash = hashText(payee);
  const shopHash = hashText(shop);
  const twoWords = hashText(words.slice(0, 2).join(' '));
  const firstWord = hashText(words[0] ?? '');
  const size = sizeOf(row.amount);
  const notes = folded(row.notes);
  const keys: readonly number[] = [
    payeeHash,
    hashPair(payeeHash, account),
    hashPair(payeeHash, row.amount),
    hashPair(payeeHash, Math.sign(row.amount)),
    text === payee ? 0 : hashText(text),
    shopHash,
    hashPair(shopHash, account),
    hashPair(shopHash, size),
    hashPair(hashPair(shopHash, account), size),
    twoWords,
    hashPair(twoWords, account),
    firstWord,
    hashPair(firstWord, account),
    hashText(shop.replaceAll(' ', '').slice(0, BEGINNING_LENGTH)),
    notes === '' ? 0 : hashText(notes),
    hashPair(account, row.amount),
    hashPair(account, size),
    account,
    row.amount,
  ];
  const contexts = new Int32Array(CONTEXTS.length);
  for (const [index, key] of keys.entries()) {
    // Without any payee nothing about it is a context: those rows have no payee in common, they lack one.
    const known = key !== 0 && (payee !== '' || index === 4 || index >= PAYEE_CONTEXTS - 1);
    contexts[index] = known ? hashPair(key, index + 1) || 1 : 0;
  }
  return {
    contexts,
    pieces: piecesOf(payee, text, notes, shop, account, size),
    account,
    size,
    day: row.day,
  };
}

/** The amount's sign and size, in steps of about a third. */
function sizeOf(amount: number): number {
  if (amount === 0) return 0;
  return Math.sign(amount) * (1 + Math.floor(Math.log(Math.abs(amount)) * 2));
}

function piecesOf(
  payee: string,
  text: string,
  notes: string,
  shop: string,
  account: number,
  size: number,
): Int32Array {
  const pieces: number[] = [hashPair(account, 1), hashPair(size, 2), hashPair(account, size)];
  const words = wordsOf(payee);
  for (const [index, word] of words.entries()) {
    const hashed = hashText(word, 3);
    pieces.push(hashed, hashPair(hashed, account));
    const next = words[index + 1];
    if (next !== undefined) pieces.push(hashText(`${word} ${next}`, 4));
  }
  const padded = `^${shop}$`;
  for (let start = 0; start + PIECE_LENGTH <= padded.length; start++) {
    pieces.push(hashText(padded.slice(start, start + PIECE_LENGTH), 5));
  }
  if (text !== payee) for (const word of wordsOf(text)) pieces.push(hashText(word, 3));
  for (const word of wordsOf(notes)) pieces.push(hashText(word, 6));
  return Int32Array.from(pieces);
}
