import { carryOut } from '../../../functions/actual/editing.ts';
import type { TransactionFields } from '../../../functions/actual/library.ts';
import type { BudgetExtract } from '../../../functions/domain/extract.ts';
import { FailureError, failure } from '../../../functions/domain/failures.ts';
import type { ApplyPorts } from '../../../functions/steps/apply.ts';
import type { FetchedBudget } from '../../../functions/steps/current-snapshot.ts';
import type { SnapshotStepPorts } from '../../../functions/steps/snapshot.ts';
import type { SyncPorts } from '../../../functions/steps/sync.ts';
import { budget } from '../../suggest/budgets.ts';
import type { Process } from '../aws/process.ts';

/** A transaction as it stands on the server. */
export interface Entry {
  readonly id: string;
  readonly payee: string;
  readonly category: string | undefined;
  /** Who gave it its category: a worker, or a person in Actual. */
  readonly by: string | undefined;
}

/** Who works in Actual, past the workers. */
const PERSON = 'a person';

export const CATEGORIES = ['food', 'home', 'fun'] as const;

type Budgets = ApplyPorts['budgets'] & SyncPorts['budgets'] & SnapshotStepPorts['budgets'];

/** One budget on an Actual server. A sync takes what a device has changed, all of it or nothing. */
export class BudgetOnServer {
  readonly entries = new Map<string, Entry>();
  /** Every category that a transaction ever had. */
  readonly given = new Map<string, Set<string>>();
  /** Every category that a worker ever gave a transaction. */
  readonly sent = new Map<string, Set<string>>();
  /** Names of payees, each as often as there is one of that name. */
  readonly payees: string[] = [];
  /** What the bank knows, and what of it came into the budget, each time. */
  readonly bank: string[] = [];
  readonly imported: string[] = [];
  /** Told right before a worker changes the budget. */
  onChange: (process: Process) => void = () => {};
  /** Told right before a worker gives a transaction a category. */
  onGiven: (id: string, category: string) => void = () => {};
  /** Told when a worker gives a transaction another category than a worker before it did. */
  onContradiction: (id: string) => void = () => {};
  /** How often a worker or a person has changed something. */
  version = 0;
  /** The version at which a state was seen to be the server's, the last time that one was. */
  private readonly lastSeen = new Map<string, number>();
  private made = 0;

  /** @returns the version at which a snapshot was last seen to have all that the server has. */
  seenAt({ since }: { readonly since: string }): number {
    return this.lastSeen.get(since) ?? -1;
  }

  add(payee: string): void {
    const id = `t${++this.made}`;
    this.version += 1;
    this.entries.set(id, { id, payee, category: undefined, by: undefined });
    this.know(payee);
  }

  /** A person gives a transaction another payee. */
  rename(id: string, payee: string): void {
    const entry = this.entries.get(id);
    this.version += 1;
    if (entry !== undefined) this.entries.set(id, { ...entry, payee });
    this.know(payee);
  }

  /** A person chooses a category, or none any more. */
  categorise(id: string, category: string | undefined): void {
    const entry = this.entries.get(id);
    if (entry !== undefined) this.put({ ...entry, category, by: PERSON });
  }

  private know(payee: string): void {
    if (!this.payees.includes(payee)) this.payees.push(payee);
  }

  fetched(): FetchedBudget {
    return {
      archive: new Uint8Array([1]),
      extract: this.extract(),
      cloudFileId: 'file',
      syncPoint: {
        since: this.seen(),
        hash: 0,
        keyId: null,
        secretVersion: 'version',
        madeBy: 'this version',
      },
    };
  }

  /** All that a worker or a person changed so far, for whoever looks at it now. */
  private seen(): string {
    const state = JSON.stringify([[...this.entries.values()], this.payees]);
    this.lastSeen.set(state, this.version);
    return state;
  }

  /** The budget in the hands of a worker. @param fails whether a request meets a known failure. */
  openedBy(process: Process, fails: () => boolean): Budgets {
    const download = () =>
      process.call(
        () => 'download the budget',
        () => {
          if (fails()) throw new FailureError(failure('SERVER_UNREACHABLE'));
          return this.fetched();
        },
      );
    return {
      isUpToDate: ({ syncPoint }) =>
        process.call(
          () => 'ask for changes',
          () => {
            if (fails()) throw new FailureError(failure('SERVER_UNREACHABLE'));
            return syncPoint.since === this.seen();
          },
        ),
      fetch: download,
      fetchWithCopy: async () => ({ ...(await download()), copy: new Uint8Array([2]) }),
      fetchWithBanks: async (_request, beforeChange) => {
        await download();
        const missing = this.bank.filter((one) => !this.imported.includes(one));
        if (missing.length > 0) {
          await beforeChange();
          await process.call(
            () => 'import from the bank and sync',
            () => {
              this.onChange(process);
              this.imported.push(...missing);
              for (const payee of missing) this.add(payee);
            },
            'sending',
          );
        }
        return { ...(await download()), banks: { linked: 1, refusals: [] } };
      },
      edit: async (_request, plan) => {
        const { extract } = await download();
        let unsent: readonly TransactionFields[] = [];
        const newPayees: string[] = [];
        await carryOut(
          plan,
          {
            createPayee: async (name) => {
              newPayees.push(name);
              return name;
            },
            updateTransactions: async (fields) => {
              unsent = fields;
            },
            sync: () =>
              process.call(
                () => 'sync the changes',
                () => {
                  this.onChange(process);
                  this.payees.push(...newPayees);
                  this.take(unsent, process.name);
                },
                'sending',
              ),
          },
          () => extract,
        );
        return process.call(
          () => 'read the budget back',
          () => this.fetched(),
        );
      },
    };
  }

  private take(fields: readonly TransactionFields[], by: string): void {
    for (const { id, category, payee } of fields) {
      const entry = this.entries.get(id);
      if (entry === undefined) throw new Error(`A change of ${id}, which is not there`);
      const contradicts = entry.category !== undefined && entry.category !== category;
      if (contradicts && entry.by !== PERSON) this.onContradiction(id);
      if (category !== undefined) {
        this.onGiven(id, category);
        this.sent.set(id, (this.sent.get(id) ?? new Set()).add(category));
      }
      this.put({ ...entry, category, by, ...(payee === undefined ? {} : { payee }) });
    }
  }

  private put(entry: Entry): void {
    this.version += 1;
    this.entries.set(entry.id, entry);
    if (entry.category === undefined) return;
    const given = this.given.get(entry.id) ?? new Set();
    this.given.set(entry.id, given.add(entry.category));
  }

  private extract(): BudgetExtract {
    const entries = [...this.entries.values()].map(({ id, payee, category }) => ({
      id,
      payee,
      text: payee,
      ...(category === undefined ? {} : { category }),
    }));
    return budget(entries, { categories: CATEGORIES, payees: this.payees });
  }
}
