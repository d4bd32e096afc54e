import { CONTEXTS } from './features.ts';
import { hashPair } from './hash.ts';

/**
 * Contexts made of what is usual elsewhere: they carry what accounts with the same habits have in common to payees
 * that one of them has never been to.
 */
export const INDIRECT_CONTEXTS = [
  'account, with what is usual in the shop',
  'account, with what is usual for the first word',
  'what is usual in the shop and in the account',
  'shop, with what is usual in the account',
  'first word, with what is usual in the account',
] as const;

/** Of a row, beside its own. */
export const INDIRECT_FEATURES = 6;

const SHOP = CONTEXTS.indexOf('shop');
const FIRST_WORD = CONTEXTS.indexOf('first word');
const ACCOUNT = CONTEXTS.indexOf('account');

export interface Indirect {
  /** One hashed key per indirect context, 0 where something usual is missing. */
  readonly keys: readonly number[];
  /** Hashed features: what is usual, by itself and in the account. */
  readonly features: readonly number[];
}

/**
 * @param contexts the keys of the row's own contexts.
 * @param usualIn the most frequent category in one of them; -1 when it has seen none.
 */
export function indirectOf(contexts: Int32Array, usualIn: (context: number) => number): Indirect {
  const shop = contexts[SHOP] ?? 0;
  const firstWord = contexts[FIRST_WORD] ?? 0;
  const account = contexts[ACCOUNT] ?? 0;
  const inShop = usualIn(SHOP);
  const forFirstWord = usualIn(FIRST_WORD);
  const inAccount = usualIn(ACCOUNT);
  const withShop = hashPair(hashPair(account, inShop), 101);
  const withFirstWord = hashPair(hashPair(account, forFirstWord), 102);
  const both = hashPair(hashPair(inShop, inAccount), 105);
  return {
    keys: [
      inShop < 0 ? 0 : withShop,
      forFirstWord < 0 ? 0 : withFirstWord,
      inShop < 0 || inAccount < 0 ? 0 : both,
      inAccount < 0 ? 0 : hashPair(hashPair(shop, inAccount), 103),
      inAccount < 0 ? 0 : hashPair(hashPair(firstWord, inAccount), 104),
    ],
    features: [
      withShop,
      withFirstWord,
      both,
      hashPair(inShop, 106),
      hashPair(forFirstWord, 107),
      hashPair(inAccount, 108),
    ],
  };
}
