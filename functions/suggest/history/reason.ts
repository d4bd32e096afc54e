import { nameOfCategory, quoted } from '../quoting.ts';
import { type Past, timesOf } from './past.ts';
import type { Row } from './row.ts';

export interface ReasonNames {
  readonly category: string;
  readonly account: string;
}

/** Why this category, in plain words; every number is a true count of past transactions. */
export function reasonFor(past: Past, row: Row, category: string, names: ReasonNames): string {
  const name = nameOfCategory(names.category);
  const own = past.ofPayee(row.payee);
  const times = timesOf(own, category);
  if (own !== undefined && times > 0) {
    return `${times} of ${counted(own.rows)} at ${quoted(row.payee)} ${areIs(times)} ${name}`;
  }
  const like = past.likest(row.payee, category);
  if (like !== undefined) {
    const { tally } = like;
    const there = timesOf(tally, category);
    return `Like ${there} of ${counted(tally.rows)} at ${quoted(like.payee)}, which ${areIs(there)} ${name}`;
  }
  const account = past.ofAccount(row.account);
  const inAccount = timesOf(account, category);
  return `${inAccount} of ${counted(account?.rows ?? 0)} in ${quoted(names.account)} ${areIs(inAccount)} ${name}, and the text and amount fit`;
}

function counted(rows: number): string {
  return rows === 1 ? '1 past transaction' : `${rows} past transactions`;
}

function areIs(count: number): string {
  return count === 1 ? 'is' : 'are';
}
