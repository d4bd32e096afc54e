import { type BudgetExtract, TRANSACTION_FLAG } from '../../functions/domain/extract.ts';

/** One transaction of a budget in a test; what is left out is ordinary. */
export interface Entry {
  readonly id?: string;
  /** YYYYMMDD */
  readonly date?: number;
  readonly account?: string;
  readonly payee?: string;
  readonly text?: string;
  readonly notes?: string;
  readonly amount?: number;
  readonly category?: string;
  readonly flags?: readonly (keyof typeof TRANSACTION_FLAG)[];
}

export interface BudgetOptions {
  readonly hidden?: readonly string[];
  readonly income?: readonly string[];
  readonly closed?: readonly string[];
  readonly offBudget?: readonly string[];
  /** Categories and payees that no transaction names. */
  readonly categories?: readonly string[];
  readonly payees?: readonly string[];
  /** Payees of transfers, and the account behind each. */
  readonly transfers?: Readonly<Record<string, string>>;
}

/** An extract in which ids and names are the same. */
export function budget(entries: readonly Entry[], options: BudgetOptions = {}): BudgetExtract {
  const { hidden = [], closed = [], offBudget = [], transfers = {} } = options;
  const accounts = distinct([...entries.map(accountOf), ...closed, ...offBudget]);
  const payees = distinct([
    ...entries.map(({ payee }) => payee),
    ...(options.payees ?? []),
    ...Object.keys(transfers),
  ]);
  const categories = distinct([
    ...entries.map(({ category }) => category),
    ...hidden,
    ...(options.categories ?? []),
  ]);
  return {
    schema: 1,
    accounts: accounts.map((name) => ({
      id: name,
      name,
      offBudget: offBudget.includes(name),
      closed: closed.includes(name),
    })),
    payees: payees.map((name) => ({
      id: name,
      name,
      transferAccountId: transfers[name] ?? null,
    })),
    categories: categories.map((name) => ({
      id: name,
      name,
      hidden: hidden.includes(name),
      income: options.income?.includes(name) === true,
    })),
    transactions: {
      id: entries.map(({ id }, index) => id ?? `t${index}`),
      date: entries.map(({ date }) => date ?? 20260101),
      account: entries.map((entry) => accounts.indexOf(accountOf(entry))),
      payee: entries.map(({ payee }) => (payee === undefined ? -1 : payees.indexOf(payee))),
      importedPayee: entries.map(({ text }) => text ?? ''),
      notes: entries.map(({ notes }) => notes ?? ''),
      amount: entries.map(({ amount }) => amount ?? -1000),
      category: entries.map(({ category }) =>
        category === undefined ? -1 : categories.indexOf(category),
      ),
      flags: entries.map(({ flags = [] }) =>
        flags.reduce((sum, flag) => sum + TRANSACTION_FLAG[flag], 0),
      ),
    },
  };
}

/** The same entry so many times, a day apart from 2025-01-01 on. */
export function times(count: number, entry: Entry): readonly Entry[] {
  return Array.from({ length: count }, (_, index) => ({
    date: 20250101 + Math.floor(index / 28) * 100 + (index % 28),
    ...entry,
  }));
}

function accountOf({ account = 'Checking' }: Entry): string {
  return account;
}

function distinct(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
