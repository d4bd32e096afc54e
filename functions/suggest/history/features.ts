import { hashPair, hashText } from './hash.ts';
import type { Row } from './row.ts';
import {
  type KnownPayee,
  type PayeeFeatures,
  type Pieces,
  piecesOf,
  TextFeatureMaker,
} from './text-features.ts';

/** What the models know of a row, in numbers. */
export interface Features {
  /** One hashed key per context of `CONTEXTS`, in that order; 0 where the row has none. Behind them is room for more. */
  readonly contexts: Int32Array;
  readonly payee: KnownPayee;
  readonly row: Row;
  /** The number of its payee in its account, from 0 on. */
  readonly pair: number;
  /** What the texts of the row say, as soon as somebody has asked (`piecesIn`). */
  pieces: Pieces | undefined;
  /** The account, hashed. */
  readonly account: number;
  /** The amount's sign and size, a small integer. */
  readonly size: number;
  /** How round the amount is: 0 to 7. */
  readonly roundness: number;
}

interface KnownAccount {
  readonly hash: number;
  /** From 0 on. */
  readonly number: number;
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

/** From the roundest on; every amount is divisible by the last one. */
const ROUND_CENTS = [10_000, 1000, 500, 100, 50, 10, 1] as const;

/** Makes features, which are valid until the next row. */
export class FeatureMaker {
  private readonly texts = new TextFeatureMaker();
  private readonly accounts = new Map<string, KnownAccount>();
  private pairs = 0;
  private readonly contexts: Int32Array;

  /** @param spare room to leave behind the contexts. */
  constructor(spare = 0) {
    this.contexts = new Int32Array(CONTEXTS.length + spare);
  }

  of(row: Row): Features {
    const payee = this.texts.payee(row.payee);
    const { hash: account, number } = this.accountOf(row.account);
    let pair = payee.pairs[number];
    if (pair === undefined) {
      pair = this.pairs++;
      payee.pairs[number] = pair;
    }
    const size = sizeOf(row.amount);
    const roundness = roundnessOf(row.amount);
    this.fillContexts(payee.features, account, size, row.amount);
    return {
      contexts: this.contexts,
      payee,
      account,
      size,
      roundness,
      row,
      pair,
      pieces: undefined,
    };
  }

  /** In the order of `CONTEXTS`. */
  private fillContexts(text: PayeeFeatures, account: number, size: number, amount: number): void {
    const { contexts } = this;
    if (text.known) {
      contexts[0] = contextKey(text.payee, 1);
      contexts[1] = contextKey(hashPair(text.payee, account), 2);
      contexts[2] = contextKey(hashPair(text.payee, amount), 3);
      contexts[3] = contextKey(text.shop, 4);
      contexts[4] = contextKey(hashPair(text.shop, size), 5);
      contexts[5] = contextKey(text.lastWord, 6);
      contexts[6] = contextKey(hashPair(text.shop, account), 7);
      contexts[7] = contextKey(hashPair(text.twoWords, account), 8);
      contexts[8] = contextKey(text.firstWord, 9);
      contexts[9] = contextKey(hashPair(text.firstWord, account), 10);
      contexts[10] = contextKey(text.beginning, 11);
    } else {
      // Rows without any payee have no payee in common: they lack one.
      contexts.fill(0, 0, PAYEE_CONTEXTS);
    }
    contexts[11] = contextKey(hashPair(account, amount), 12);
    contexts[12] = contextKey(hashPair(account, size), 13);
    contexts[13] = contextKey(hashPair(account, Math.sign(amount)), 14);
    contexts[14] = contextKey(account, 15);
    contexts[15] = contextKey(amount, 16);
    contexts[16] = contextKey(size, 17);
    contexts[17] = contextKey(1, 18);
  }

  private accountOf(name: string): KnownAccount {
    const known = this.accounts.get(name);
    if (known !== undefined) return known;
    const made = { hash: hashText(name), number: this.accounts.size };
    this.accounts.set(name, made);
    return made;
  }
}

/** What the texts of a row say. Few rows need it: whoever always chose the same for a payee says enough. */
export function piecesIn(features: Features): Pieces {
  const { payee, row } = features;
  features.pieces ??= piecesOf(payee, row.text, row.notes);
  return features.pieces;
}

/** Never 0, which is no context. */
function contextKey(key: number, context: number): number {
  return hashPair(key, context) || 1;
}

/** How round an amount is: whole hundreds, tens, fives, ones, and what shops like their prices to end in. */
function roundnessOf(amount: number): number {
  const cents = Math.abs(amount);
  if (cents % 100 === 99) return 0;
  return 1 + ROUND_CENTS.findIndex((step) => cents % step === 0);
}

/** The amount's sign and size, in steps of about two thirds. */
function sizeOf(amount: number): number {
  if (amount === 0) return 0;
  return Math.sign(amount) * (1 + Math.floor(Math.log(Math.abs(amount)) * 2));
}
