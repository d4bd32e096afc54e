import { nameOfCategory, quoted } from '../quoting.ts';
import type { Doubt } from './doubt.ts';
import { narrowest } from './narrow.ts';
import { type Past, timesOf } from './past.ts';
import type { RowsOfPayee } from './payee-rows.ts';
import type { Row } from './row.ts';

export interface ReasonNames {
  readonly category: string;
  readonly account: string;
}

/** What there is to say where the counts of a payee speak for another category. */
export interface ReasonDetails {
  /** Whether the category is what was approved last for the payee. */
  readonly approvedLast: boolean;
  readonly rowsOf: (payee: string) => RowsOfPayee;
  /** Whether the row's payee is the one that the bank's text came with. */
  readonly byText?: boolean;
  readonly doubt?: Doubt | undefined;
}

/** What transactions have in common that have the same words. */
const WITH = { notes: 'with these notes', text: 'with this text of the bank' } as const;

/** Why this category, and what speaks against it, in plain words; every number is a true count of past transactions. */
export function reasonFor(
  past: Past,
  row: Row,
  category: string,
  names: ReasonNames,
  details: ReasonDetails,
): string {
  const isOfPayee = timesOf(past.ofPayee(row.payee), category) > 0;
  const whose = details.byText ? `This text of the bank came with ${quoted(row.payee)}: ` : '';
  return whose + whyOf(past, row, category, names, details) + butOf(details.doubt, isOfPayee);
}

/** @param isOfPayee whether the transactions that speak for the category are of the same payee. */
function butOf(doubt: Doubt | undefined, isOfPayee: boolean): string {
  switch (doubt) {
    case undefined:
      return '';
    case 'paid out':
      return ', but nothing paid out was so far';
    case 'rejected':
      return ', but that was rejected for another one';
    case 'notes':
    case 'text':
      return isOfPayee ? `, none ${WITH[doubt]}` : '';
  }
}

function whyOf(
  past: Past,
  row: Row,
  category: string,
  names: ReasonNames,
  details: ReasonDetails,
): string {
  const name = nameOfCategory(names.category);
  const own = past.ofPayee(row.payee);
  const times = timesOf(own, category);
  if (own !== undefined && times > 0) {
    const counts = `${times} of ${counted(own.rows)}`;
    const plain = `${counts} at ${quoted(row.payee)} ${areIs(times)} ${name}`;
    if (2 * times > own.rows) return plain;
    if (details.approvedLast) {
      return `${name} was approved last at ${quoted(row.payee)}; ${counts} there ${areIs(times)}`;
    }
    return narrowReason(row, category, names, details.rowsOf(row.payee)) ?? plain;
  }
  const like = past.likest(row.payee, category);
  if (like !== undefined) {
    const { tally, hasNamesakes } = like;
    const there = timesOf(tally, category);
    const where = quoted(like.payee) + (hasNamesakes ? ' and others of that name' : '');
    return `Like ${there} of ${counted(tally.rows)} at ${where}, which ${areIs(there)} ${name}`;
  }
  const account = past.ofAccount(row.account);
  const inAccount = timesOf(account, category);
  const isNamed = row.payee !== '';
  // What nothing was like has a text that fits nothing.
  const isStranger = isNamed && !past.hasLike(row.payee);
  const stranger = isStranger ? `; no payee like ${quoted(row.payee)} came before` : '';
  if (inAccount === 0) {
    const alike = isNamed && !isStranger ? 'The text and amount are' : 'The amount is';
    return `${alike} like those of past transactions that are ${name}${stranger}`;
  }
  const counts = `${inAccount} of ${counted(account?.rows ?? 0)} in ${quoted(names.account)} ${areIs(inAccount)} ${name}`;
  if (isStranger) return counts + stranger;
  return `${counts}, and ${isNamed ? 'the text and amount fit' : 'the amount fits'}`;
}

/** Of those transactions of the payee that speak for the category, where all of them do not; undefined where none do. */
function narrowReason(
  row: Row,
  category: string,
  names: ReasonNames,
  rows: RowsOfPayee,
): string | undefined {
  const found = narrowest(rows, row, category);
  if (found === undefined) return undefined;
  const { by, times, of } = found;
  const name = nameOfCategory(names.category);
  const at = `at ${quoted(row.payee)}`;
  if (by === 'time') return `The last ${times} of ${counted(of)} ${at} are ${name}`;
  const common = {
    notes: `${WITH.notes} ${at}`,
    text: `${WITH.text} ${at}`,
    account: `${at} in ${quoted(names.account)}`,
    amount: `of this amount ${at}`,
  }[by];
  return `${times} of ${counted(of)} ${common} ${areIs(times)} ${name}`;
}

function counted(rows: number): string {
  return rows === 1 ? '1 past transaction' : `${rows} past transactions`;
}

function areIs(count: number): string {
  return count === 1 ? 'is' : 'are';
}
