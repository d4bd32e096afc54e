import { type BudgetExtract, NONE, payeeOf } from '../../domain/extract.ts';
import { transactionId } from '../../domain/ids.ts';
import { LONGEST_NAME } from '../../domain/suggestion.ts';
import { folded, oneLine, shortened } from '../../domain/text.ts';
import type { Decision, StandingProposal } from '../engine.ts';
import { roughly, withoutNumbers } from './wording.ts';

/** Transactions that a language model is asked about in one go, because they look the same to it. */
export interface PayeeGroup {
  readonly key: string;
  /** What is sent of the payee. */
  readonly payee: string;
  /** What is sent of the amounts: the one in the middle, roughly. */
  readonly amount: number;
  /** Places in the extract, oldest first. */
  readonly transactions: readonly number[];
  /** Categories that were rejected for the payee. */
  readonly refused: ReadonlySet<string>;
  /** What was proposed for it before: for payees that differ in what is not sent of them it may have been asked anew apart. */
  readonly standing: readonly StandingProposal[];
}

const LONGEST_PAYEE = 80;

/**
 * Groups transactions by payee, those with the newest ones first: where not all can be asked about, the newest matter
 * most. A transaction of which no text is known is in no group, nor is a transfer: its payee is the name of an account, which no model is told.
 *
 * @param places of the transactions in the extract, oldest first.
 */
export function payeeGroups(
  extract: BudgetExtract,
  places: readonly number[],
  told: {
    readonly decisions: readonly Decision[];
    readonly standing: readonly StandingProposal[];
  },
): readonly PayeeGroup[] {
  const byKey = new Map<string, number[]>();
  for (const place of places) {
    const payee = extract.payees[extract.transactions.payee[place] ?? NONE];
    const key = keyOf(payeeOf(extract, place));
    if (key === '' || (payee && payee.transferAccountId !== null)) continue;
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [place]);
    else group.push(place);
  }
  const refused = refusedByKey(extract, told.decisions);
  const standing = Map.groupBy(told.standing, ({ payee }) => keyOf(payee));
  return [...byKey]
    .map(([key, transactions]): PayeeGroup => {
      const newest = transactions.at(-1) ?? -1;
      return {
        key,
        payee: sentPayee(payeeOf(extract, newest)),
        amount: roughly(
          middle(transactions.map((place) => extract.transactions.amount[place] ?? 0)),
        ),
        transactions,
        refused: refused.get(key) ?? new Set(),
        standing: standing.get(key) ?? [],
      };
    })
    .sort((one, other) => (other.transactions.at(-1) ?? 0) - (one.transactions.at(-1) ?? 0));
}

/** No more of it than a suggestion keeps: what was proposed for the payee would not be found again. */
function sentPayee(payee: string): string {
  return oneLine(withoutNumbers(shortened(payee, LONGEST_NAME)), LONGEST_PAYEE);
}

/** Payees that are sent as the same text are the same; a text of numbers alone says nothing. */
function keyOf(payee: string): string {
  const key = folded(sentPayee(payee));
  return /\p{L}/u.test(key) ? key : '';
}

function refusedByKey(
  extract: BudgetExtract,
  decisions: readonly Decision[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const rejections = decisions.filter(({ verdict }) => verdict === 'rejected');
  const ids = new Set(rejections.map(({ transactionId: id }) => id));
  const keys = new Map(
    extract.transactions.id.flatMap((id, place) =>
      ids.has(transactionId(id)) ? [[id, keyOf(payeeOf(extract, place))] as const] : [],
    ),
  );
  const refused = new Map<string, Set<string>>();
  for (const { transactionId: id, categoryId } of rejections) {
    const key = keys.get(id);
    if (key !== undefined) refused.set(key, (refused.get(key) ?? new Set()).add(categoryId));
  }
  return refused;
}

function middle(amounts: readonly number[]): number {
  const sorted = amounts.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
