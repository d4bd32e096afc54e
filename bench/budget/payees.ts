import { CATEGORIES } from './plan.ts';

/** Payees as a household has them: a name, the bank's text for it, what it is for and how much it tends to be. */
export interface PayeePlan {
  readonly name: string;
  /** What the bank writes, up to the number of the shop. */
  readonly text: string;
  /** How many shops it has, each with a number of its own in the bank's text. */
  readonly shops: number;
  /** Indexes of categories: the habitual one, and for payees of many kinds one or two others. */
  readonly categories: readonly number[];
  /** Usual amount in cents, and how far single ones lie from it (0: always the same). */
  readonly amount: number;
  readonly spread: number;
  /** Index of the account that mostly pays. */
  readonly account: number;
}

const BEGINNINGS =
  'al bar cor del el far gor hal in jor kel lan mor nor ol par quin ros sal tor ul var wes yar zen'.split(
    ' ',
  );
const MIDDLES = 'a be di e fo ga i lu ma ne o pe ri so ta u vi'.split(' ');
const ENDS = 'bury cot dale den field ford ham hurst ley low mere more ridge ston ton wick'.split(
  ' ',
);
const CITIES = 'London Leeds Bristol Cardiff Glasgow York Derby Exeter'.split(' ');
/** One payee in so many is of more than one kind; as many always take the same amount. */
const MIXED = 0.15;
const FIXED = 0.2;
/** So many payees have more than one shop, and how many these have at most. */
const CHAINS = 0.4;
const MOST_SHOPS = 20;

/** @param accounts how many there are. */
export function payeePlans(
  count: number,
  accounts: number,
  random: () => number,
): readonly PayeePlan[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, () => {
    const category = Math.floor(random() * CATEGORIES.length);
    const name = newName(category, taken, random);
    return {
      name,
      text: `${name.toUpperCase()} ${one(CITIES, random).toUpperCase()}`,
      shops: random() < CHAINS ? 2 + Math.floor((MOST_SHOPS - 1) * random()) : 1,
      categories: random() < MIXED ? [category, another(random), another(random)] : [category],
      amount: Math.round(Math.exp(5 + 4.5 * random())),
      spread: random() < FIXED ? 0 : 0.2 + 0.6 * random(),
      account: Math.floor(random() ** 2 * accounts),
    };
  });
}

function newName(category: number, taken: Set<string>, random: () => number): string {
  const { trades } = CATEGORIES[category] ?? { trades: [] };
  for (;;) {
    const word = `${one(BEGINNINGS, random)}${one(MIDDLES, random)}${one(ENDS, random)}`;
    const title = word.charAt(0).toUpperCase() + word.slice(1);
    const name = random() < 0.6 ? `${title} ${one(trades, random)}` : title;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

function another(random: () => number): number {
  return Math.floor(random() * CATEGORIES.length);
}

function one(list: readonly string[], random: () => number): string {
  return list[Math.floor(random() * list.length)] ?? '';
}
