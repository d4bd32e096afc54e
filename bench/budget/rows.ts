import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { randomFrom } from '../random.ts';
import { type PayeePlan, payeePlans } from './payees.ts';
import { ACCOUNTS, CATEGORIES } from './plan.ts';

export interface BudgetSize {
  readonly transactions: number;
  /** How many of them have no category. */
  readonly uncategorised: number;
  readonly payees: number;
}

export interface BudgetRow {
  /** A UUID, as all ids here. */
  readonly id: string;
  /** YYYY-MM-DD */
  readonly date: string;
  /** Indexes into `accounts` and `payees`. */
  readonly account: number;
  readonly payee: number;
  /** The bank's text; '' where somebody typed the transaction in. */
  readonly importedPayee: string;
  readonly notes: string;
  /** In cents; negative is spent. */
  readonly amount: number;
  /** Index into `categories`; null for none. */
  readonly category: number | null;
}

/** All that a budget is made of. */
export interface BudgetRows {
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  readonly categories: readonly {
    readonly id: string;
    readonly name: string;
    /** The name of its group. */
    readonly group: string;
  }[];
  readonly payees: readonly { readonly id: string; readonly name: string }[];
  /** Oldest first. */
  readonly transactions: readonly BudgetRow[];
}

/** The budget that is measured unless something else is said. */
export const USUAL_SIZE: BudgetSize = { transactions: 20_000, uncategorised: 2_000, payees: 500 };

const LAST_DAY = Date.UTC(2026, 5, 30);
const DAY_MS = 86_400_000;
/** As many a day, over a year at least and ten at most. */
const ROWS_PER_DAY = 8;
const DAYS = { fewest: 365, most: 3650 } as const;
/** Of the transactions without a category, how many are the newest ones: the others were passed over. */
const NEWEST = 0.8;
/** How often a household does what it mostly does. */
const SHARE = { habit: 0.7, usualAccount: 0.85, imported: 0.9, noted: 0.1 } as const;
const NOTES = [
  '',
  'with the neighbours',
  'for the holidays',
  'returned later',
  'birthday',
] as const;

/**
 * A household's budget, made up: payees with a habitual category, some of them mixed, in a few accounts over years. A few
 * payees have most of the transactions. The same for the same size.
 *
 * @param size what is left out is in proportion to the transactions, as in `USUAL_SIZE`.
 */
export function rowsOf({
  transactions = USUAL_SIZE.transactions,
  uncategorised = Math.round(transactions / 10),
  payees = Math.ceil(transactions / 40),
}: Partial<BudgetSize> = {}): BudgetRows {
  const random = randomFrom(20_260_630);
  const id = () => uuidFrom(random);
  const plans = payeePlans(payees, ACCOUNTS.length, random);
  const days = Math.min(DAYS.most, Math.max(DAYS.fewest, Math.ceil(transactions / ROWS_PER_DAY)));
  const open = openAmong(transactions, uncategorised, random);
  return {
    accounts: ACCOUNTS.map((name) => ({ id: id(), name })),
    categories: CATEGORIES.map(({ name, group }) => ({ id: id(), name, group })),
    payees: plans.map(({ name }) => ({ id: id(), name })),
    transactions: Array.from({ length: transactions }, (_, index) => {
      const age = Math.floor((days * (transactions - 1 - index)) / Math.max(1, transactions));
      const payee = Math.floor(plans.length * random() ** 2.5);
      const plan = plans[payee];
      if (plan === undefined) throw new RangeError('A budget needs a payee');
      const row = rowAt(plan, random);
      return {
        id: id(),
        date: new Date(LAST_DAY - age * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length),
        payee,
        ...row,
        category: open.has(index) ? null : row.category,
      };
    }),
  };
}

/** The extract that is read from such a budget. */
export function extractOf({
  accounts,
  categories,
  payees,
  transactions,
}: BudgetRows): BudgetExtract {
  return {
    schema: 1,
    accounts: accounts.map((account) => ({ ...account, offBudget: false, closed: false })),
    categories: categories.map(({ id, name }) => ({ id, name, hidden: false, income: false })),
    payees: payees.map((payee) => ({ ...payee, transferAccountId: null })),
    transactions: {
      id: transactions.map(({ id }) => id),
      date: transactions.map(({ date }) => Number(date.replaceAll('-', ''))),
      account: transactions.map(({ account }) => account),
      payee: transactions.map(({ payee }) => payee),
      importedPayee: transactions.map(({ importedPayee }) => importedPayee),
      notes: transactions.map(({ notes }) => notes),
      amount: transactions.map(({ amount }) => amount),
      category: transactions.map(({ category }) => category ?? -1),
      flags: transactions.map(() => 0),
    },
  };
}

function rowAt(plan: PayeePlan, random: () => number) {
  const { categories, amount, spread } = plan;
  const habit = random() < SHARE.habit ? 0 : Math.floor(random() * categories.length);
  const shop = 1000 + Math.floor(random() * plan.shops);
  return {
    account: random() < SHARE.usualAccount ? plan.account : Math.floor(random() * ACCOUNTS.length),
    importedPayee: random() < SHARE.imported ? `${plan.text} ${shop}` : '',
    notes: random() < SHARE.noted ? (NOTES[Math.floor(random() * NOTES.length)] ?? '') : '',
    amount: -Math.max(1, Math.round(amount * Math.exp(spread * (random() * 2 - 1)))),
    category: categories[habit] ?? 0,
  };
}

/** Indexes of the transactions without a category. */
function openAmong(
  transactions: number,
  uncategorised: number,
  random: () => number,
): ReadonlySet<number> {
  if (uncategorised > transactions) {
    throw new RangeError(`${uncategorised} of ${transactions} transactions cannot be open`);
  }
  const newest = Math.round(uncategorised * NEWEST);
  const open = new Set(Array.from({ length: newest }, (_, index) => transactions - 1 - index));
  while (open.size < uncategorised) open.add(Math.floor(random() * transactions));
  return open;
}

function uuidFrom(random: () => number): string {
  const hex = Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
