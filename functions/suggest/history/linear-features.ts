import { type Features, piecesIn } from './features.ts';
import { hashPair } from './hash.ts';
import type { Usual } from './indirect.ts';

const DAY_MS = 86_400_000;
/** A feature of all rows: how common a category is anyway. */
const EVERY_ROW = 7;
/** Features of a row beside its words. */
const BESIDE_WORDS = 19;

/**
 * The hashed features of the linear model: words, account and size, what they make together (a word in an account, an
 * account with a size), habits, and what is usual in the row's shop and account.
 */
export class LinearFeatures {
  /** Those of the row that was looked at last. */
  values = new Int32Array(64);
  count = 0;
  private day = dayFeatures(0);

  fill(features: Features, usual: Usual): void {
    const { account, size, roundness, row } = features;
    const { hashes, wholeWords } = piecesIn(features);
    const { namingWords, firstWord, shop } = features.payee.features;
    const most = wholeWords + namingWords.length + BESIDE_WORDS;
    if (this.values.length < most) this.values = new Int32Array(most * 2);
    const { values } = this;
    let place = 0;
    for (; place < wholeWords; place++) values[place] = hashes[place] ?? 0;
    values[place++] = hashPair(account, 1);
    values[place++] = hashPair(size, 2);
    values[place++] = hashPair(firstWord, 17);
    for (let index = 0; index < namingWords.length; index++) {
      values[place++] = hashPair(namingWords[index] ?? 0, account);
    }
    values[place++] = hashPair(account, size);
    values[place++] = hashPair(shop, account);
    values[place++] = hashPair(firstWord, account ^ 3);
    if (row.day !== this.day.number) this.day = dayFeatures(row.day);
    const round = hashPair(roundness, 20);
    const { ofWeek, partOfMonth } = this.day;
    values[place++] = round;
    values[place++] = hashPair(round, account);
    values[place++] = ofWeek;
    values[place++] = hashPair(ofWeek, account);
    values[place++] = partOfMonth;
    values[place++] = hashPair(partOfMonth, account);
    values[place++] = EVERY_ROW;
    values[place++] = usual.shopInAccount;
    values[place++] = usual.firstWordInAccount;
    values[place++] = usual.shopAndAccount;
    values[place++] = hashPair(usual.inShop, 106);
    values[place++] = hashPair(usual.forFirstWord, 107);
    values[place++] = hashPair(usual.inAccount, 108);
    this.count = place;
  }
}

/** Rows of a day come together. */
function dayFeatures(day: number) {
  return {
    number: day,
    ofWeek: hashPair(day % 7, 21),
    partOfMonth: hashPair(Math.floor((new Date(day * DAY_MS).getUTCDate() - 1) / 8), 22),
  };
}
