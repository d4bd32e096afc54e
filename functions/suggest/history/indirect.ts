import { CONTEXTS, type Features } from './features.ts';
import { hashPair } from './hash.ts';

/**
 * Contexts made of what is usual elsewhere: they carry what accounts with the same habits have in common to payees
 * that one of them has never been to.
 */
export const INDIRECT_CONTEXTS = [
  'account, with what is usual in the shop',
  'account, with what is usual for the first word',
  'shop, with what is usual in the account',
  'first word, with what is usual in the account',
  'what is usual in the shop and in the account',
  'what is usual in the shop and in the account, with the size',
] as const;

const PLACE = {
  shop: CONTEXTS.indexOf('shop'),
  firstWord: CONTEXTS.indexOf('first word'),
  account: CONTEXTS.indexOf('account'),
} as const;

/**
 * One hashed key per indirect context, 0 where something usual is missing.
 *
 * @param usualIn the most frequent category in one of the row's contexts; -1 when it has seen none.
 */
export function indirectKeys(
  { contexts, size }: Features,
  usualIn: (context: number) => number,
): readonly number[] {
  const keyOf = (place: number) => contexts[place] ?? 0;
  const shop = usualIn(PLACE.shop);
  const firstWord = usualIn(PLACE.firstWord);
  const account = usualIn(PLACE.account);
  const both = shop < 0 || account < 0 ? undefined : hashPair(shop, account);
  return [
    shop < 0 ? 0 : hashPair(hashPair(keyOf(PLACE.account), shop), 101),
    firstWord < 0 ? 0 : hashPair(hashPair(keyOf(PLACE.account), firstWord), 102),
    account < 0 ? 0 : hashPair(hashPair(keyOf(PLACE.shop), account), 103),
    account < 0 ? 0 : hashPair(hashPair(keyOf(PLACE.firstWord), account), 104),
    both === undefined ? 0 : hashPair(both, 105),
    both === undefined ? 0 : hashPair(hashPair(both, size), 106),
  ];
}
