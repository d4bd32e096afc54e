import type { ContextCounts } from './context-counts.ts';
import { CONTEXTS, type Features } from './features.ts';
import { hashPair } from './hash.ts';

/**
 * How many contexts are made of what is usual elsewhere: they carry what accounts with the same habits have in common to
 * payees that one of them has never been to.
 */
export const INDIRECT_CONTEXTS = 5;

const SHOP = CONTEXTS.indexOf('shop');
const FIRST_WORD = CONTEXTS.indexOf('first word');
const ACCOUNT = CONTEXTS.indexOf('account');

/** Categories that are usual where a row is: -1 for none. Hashed, what is usual elsewhere, in its account. */
export interface Usual {
  readonly inShop: number;
  readonly forFirstWord: number;
  readonly inAccount: number;
  readonly shopInAccount: number;
  readonly firstWordInAccount: number;
  readonly shopAndAccount: number;
}

/** @param places where the row's own contexts are counted; -1 for those that no row was in. */
export function usualOf(counts: ContextCounts, places: Int32Array, { contexts }: Features): Usual {
  const account = contexts[ACCOUNT] ?? 0;
  const inShop = counts.usual(places[SHOP] ?? -1);
  const forFirstWord = counts.usual(places[FIRST_WORD] ?? -1);
  const inAccount = counts.usual(places[ACCOUNT] ?? -1);
  return {
    inShop,
    forFirstWord,
    inAccount,
    shopInAccount: hashPair(hashPair(account, inShop), 101),
    firstWordInAccount: hashPair(hashPair(account, forFirstWord), 102),
    shopAndAccount: hashPair(hashPair(inShop, inAccount), 105),
  };
}

/** Adds the keys of a row's indirect contexts behind those of its own; 0 where something usual is missing. */
export function addIndirect(keys: Int32Array, usual: Usual): void {
  const { inShop, forFirstWord, inAccount } = usual;
  const shop = keys[SHOP] ?? 0;
  const firstWord = keys[FIRST_WORD] ?? 0;
  let place = CONTEXTS.length;
  // The account, with what is usual in the shop, and for the first word; both of what is usual in the shop and in the account.
  keys[place++] = inShop < 0 ? 0 : usual.shopInAccount;
  keys[place++] = forFirstWord < 0 ? 0 : usual.firstWordInAccount;
  keys[place++] = inShop < 0 || inAccount < 0 ? 0 : usual.shopAndAccount;
  // The shop and the first word, with what is usual in the account.
  keys[place++] = inAccount < 0 ? 0 : hashPair(hashPair(shop, inAccount), 103);
  keys[place] = inAccount < 0 ? 0 : hashPair(hashPair(firstWord, inAccount), 104);
}
