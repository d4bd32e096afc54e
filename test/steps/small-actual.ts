import { syncBanks } from '../../functions/actual/bank-sync.ts';
import { carryOut, type EditPlan } from '../../functions/actual/editing.ts';
import type { TransactionFields } from '../../functions/actual/library.ts';
import type { BudgetExtract } from '../../functions/domain/extract.ts';
import type { FetchedBudget } from '../../functions/steps/current-snapshot.ts';
import type { NewsSource } from '../../functions/steps/still-current.ts';
import { type BudgetOptions, budget, type Entry, times } from '../suggest/budgets.ts';
import type { Life } from './mortal.ts';

const SHOPS: readonly Entry[] = [
  ...times(8, { payee: 'Lidl', category: 'Food' }),
  ...times(4, { payee: 'Lidl', category: 'Household' }),
  ...times(8, { payee: 'Shell', category: 'Fuel' }),
].map((entry, index) => ({ id: `past-${index}`, ...entry }));
const OPEN: readonly Entry[] = [
  { id: 'approved', payee: 'Lidl' },
  { id: 'corrected', payee: 'Lidl' },
  { id: 'named', payee: 'Lidl' },
  { id: 'gone', payee: 'Lidl' },
  { id: 'refuelled', payee: 'Shell' },
  { id: 'rejected', payee: 'Shell' },
].map((entry) => ({ date: 20260102, ...entry }));

/** A past at two shops, and what waits for a category. */
export const PURCHASES: readonly Entry[] = [...SHOPS, ...OPEN];

/**
 * An Actual server with one budget, in memory. What a device has changed is there once it has synced, all of it or
 * nothing; a new payee may travel ahead, as the library sends by itself a second after a change.
 */
export class SmallActual {
  private entries: readonly Entry[];
  private readonly options: BudgetOptions;
  private readonly names = new Map<string, string>();
  /** What the linked accounts' banks have, by account. A transaction that is there already is not taken in twice. */
  readonly banks = new Map<string, readonly Entry[]>();

  constructor(entries: readonly Entry[], options: BudgetOptions) {
    this.entries = entries;
    this.options = options;
  }

  /** The same budget, apart. */
  twin(): SmallActual {
    const twin = new SmallActual(this.entries, this.options);
    for (const [id, name] of this.names) twin.names.set(id, name);
    return twin;
  }

  /** Transactions with the names that a person sees, and all names of payees. */
  seen(): unknown {
    const { payees } = this.extract();
    return {
      entries: this.entries.map((entry) => ({
        ...entry,
        payee: payees.find(({ id }) => id === entry.payee)?.name,
      })),
      payees: payees.map(({ name }) => name).sort(),
    };
  }

  addPayee(name: string): string {
    const id = `payee-${this.names.size + 1}`;
    this.names.set(id, name);
    return id;
  }

  update(fields: readonly TransactionFields[]): void {
    const byId = new Map(fields.map((one) => [one.id, one]));
    this.entries = this.entries.map((entry) => {
      const update = byId.get(entry.id ?? '');
      if (update === undefined) return entry;
      const { category, payee = entry.payee } = update;
      return { ...entry, category, ...(payee === undefined ? {} : { payee }) };
    });
  }

  remove(transaction: string): void {
    this.entries = this.entries.filter(({ id }) => id !== transaction);
  }

  private missing(entries: readonly Entry[]): readonly Entry[] {
    const known = new Set(this.entries.map(({ id }) => id));
    return entries.filter(({ id }) => !known.has(id));
  }

  extract(): BudgetExtract {
    const payees = [...(this.options.payees ?? []), ...this.names.keys()];
    const extract = budget(this.entries, { ...this.options, payees });
    return {
      ...extract,
      payees: extract.payees.map((one) => ({ ...one, name: this.names.get(one.id) ?? one.name })),
    };
  }

  fetched(): FetchedBudget {
    const archive = new TextEncoder().encode(JSON.stringify(this.seen()));
    return {
      archive,
      extract: this.extract(),
      cloudFileId: 'file',
      syncPoint: {
        since: new TextDecoder().decode(archive),
        hash: 0,
        keyId: null,
        secretVersion: 'version',
        madeBy: 'this version',
      },
    };
  }

  /** The budget in the hands of a worker. */
  openedBy(life: Life) {
    const download = () => life.call('download', async () => this.fetched());
    return {
      isUpToDate: ({ syncPoint }: Parameters<NewsSource['isUpToDate']>[0]) =>
        life.call('ask for changes', async () => syncPoint.since === JSON.stringify(this.seen())),
      fetch: download,
      fetchWithCopy: async () => {
        const fetched = await download();
        return { ...fetched, copy: fetched.archive };
      },
      fetchWithBanks: async (_request: unknown, beforeChange: () => Promise<void>) => {
        await download();
        const unsent: Entry[] = [];
        const library = {
          linkedAccounts: async () => [...this.banks.keys()].map((account) => [account]),
          syncBank: (accounts: readonly string[]) =>
            life.call('syncBank', async () => {
              const there = accounts.flatMap((account) => this.banks.get(account) ?? []);
              unsent.push(...this.missing(there));
              return [];
            }),
          sync: () =>
            life.call('sync', async () => {
              this.entries = [...this.entries, ...this.missing(unsent)];
            }),
        };
        const banks = await syncBanks(library, beforeChange, () => 0);
        return { ...this.fetched(), banks };
      },
      edit: async (_request: unknown, plan: EditPlan): Promise<FetchedBudget> => {
        const { extract } = await download();
        let unsent: readonly TransactionFields[] = [];
        const library = {
          createPayee: (name: string) => life.call('createPayee', async () => this.addPayee(name)),
          updateTransactions: (fields: readonly TransactionFields[]) =>
            life.call('updateTransactions', async () => {
              unsent = fields;
            }),
          sync: () => life.call('sync', async () => this.update(unsent)),
        };
        await carryOut(plan, library, () => extract);
        return this.fetched();
      },
    };
  }
}
