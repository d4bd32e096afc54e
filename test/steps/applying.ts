import type { BudgetExtract } from '../../functions/domain/extract.ts';
import {
  jobId,
  type SuggestionId,
  suggestionId,
  transactionId,
} from '../../functions/domain/ids.ts';
import type { JobInput, JobRecord } from '../../functions/domain/job.ts';
import type { Suggestion, SuggestionChange } from '../../functions/domain/suggestion.ts';
import { type ApplyPorts, applyStep } from '../../functions/steps/apply.ts';
import { at, FENCE, newRecord } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { budget, type Entry } from '../suggest/budgets.ts';

/** The step `apply` over a budget and a table in memory. */

/** What the step meets, and what it did. */
interface World {
  entries: readonly Entry[];
  items: Map<string, Suggestion>;
  input: JobInput | undefined;
  readonly records: Map<string, JobRecord>;
  readonly order: string[];
  /** Jobs that the step asked for. */
  readonly asked: string[];
  inputsRead: number;
  looks: number;
  isLocked: boolean;
  /** Throws when the step comes to this call. */
  diesAt: string | undefined;
  conflictAt: string | undefined;
  /** A transaction that another device gives a category at the same time, and later by the clock. */
  contested: string | undefined;
  /** What users decide while the budget is being opened. */
  decidedMeanwhile: readonly Suggestion[];
}

const fresh = (): World => ({
  entries: [1, 2].map((n) => ({ id: `t-${n}`, payee: 'grocer', amount: -100 })),
  items: new Map([1, 2].map((n) => [`t-${n}`, approved(n)])),
  input: undefined,
  records: new Map(),
  order: [],
  asked: [],
  inputsRead: 0,
  looks: 0,
  isLocked: true,
  diesAt: undefined,
  conflictAt: undefined,
  contested: undefined,
  decidedMeanwhile: [],
});

export const world: World = fresh();

/** As it is before each test: two approved suggestions for transactions as they were proposed. */
export function begin(): void {
  Object.assign(world, fresh());
}

const extract = (): BudgetExtract =>
  budget(world.entries, { categories: ['food', 'rent'], payees: ['grocer'] });

function called(name: string): boolean {
  world.order.push(name);
  if (name === world.diesAt) throw new Error('killed');
  return name !== world.conflictAt;
}

export const ports: ApplyPorts = {
  newSnapshotId: () => 'snapshot',
  snapshots: {
    current: async () => undefined,
    setCurrent: async () => (called('setCurrent') ? 'written' : 'conflict'),
  },
  bucket: {
    readArchive: async () => undefined,
    writeArchive: async () => 'stamp',
    readExtract: async () => extract(),
    writeExtract: async () => 'stamp',
    stampOf: async () => undefined,
    remove: async () => {},
  },
  budgets: {
    edit: async (_request, plan) => {
      for (const one of world.decidedMeanwhile) world.items.set(one.transactionId, one);
      const updates = await plan(extract());
      if (updates.length > 0) called('send');
      world.entries = world.entries.map((entry) => {
        const update = updates.find((one) => one.transactionId === entry.id);
        if (update === undefined) return entry;
        return { ...entry, category: entry.id === world.contested ? 'rent' : update.categoryId };
      });
      called('sent');
      return { archive: new Uint8Array(), extract: extract(), cloudFileId: 'file' };
    },
  },
  jobs: {
    get: async (id) => {
      world.asked.push(id);
      return world.records.get(id);
    },
    input: async () => {
      world.inputsRead += 1;
      return world.input;
    },
    beginSending: async () => (called('beginSending') ? 'written' : 'conflict'),
    look: async () => {
      world.looks += 1;
      return world.isLocked ? { running: { sending: world.order.includes('beginSending') } } : {};
    },
  },
  suggestions: {
    all: async () => [...world.items.values()],
    approve: async (approvals) => {
      if (!called('approve')) return { kind: 'not_running' };
      for (const { before, after } of approvals) {
        if (world.items.get(before.transactionId)?.updatedAt === before.updatedAt) {
          world.items.set(after.transactionId, after);
        }
      }
      return { kind: 'written' };
    },
    recordOutcomes: async ({ applied, mayBeSent, found, refused }) => {
      if (!called('recordOutcomes')) return { kind: 'not_running' };
      const now = ({ before }: SuggestionChange) => world.items.get(before.transactionId);
      const isNew = (one: SuggestionChange) => now(one)?.updatedAt !== one.before.updatedAt;
      const anew = [
        ...mayBeSent.filter((one) => isNew(one) && now(one)?.status === 'approved'),
        ...found.filter(isNew),
      ];
      const leftOut = anew.map(({ before }) => before.transactionId);
      const others = [...mayBeSent, ...found, ...refused].map(({ after }) => after);
      for (const one of [...applied, ...others]) {
        if (!leftOut.includes(one.transactionId)) world.items.set(one.transactionId, one);
      }
      return { kind: 'written', leftOut };
    },
  },
};

/** An approved suggestion for the `n`-th transaction. */
export function approved(n: number): Suggestion {
  const id = transactionId(`t-${n}`);
  const { transaction } = suggestion(n);
  return suggestion(n, {
    id: suggestionId(id, 1),
    transactionId: id,
    status: 'approved',
    transaction: { ...transaction, amount: -100 },
    decision: {
      categoryId: 'food',
      categoryName: 'Food',
      payeeName: null,
      decidedAt: at(0),
      decidedBy: 'me',
    },
  });
}

/** The same, on which nobody has decided. */
export const pending = (n: number) => ({
  ...approved(n),
  status: 'pending' as const,
  decision: null,
});

/** The step, for these suggestions or for all approved ones. */
export const run = (ids?: readonly SuggestionId[], record = jobOf(ids)) => {
  world.input = ids === undefined ? undefined : { suggestionIds: ids };
  return applyStep(ports)({ record, fence: FENCE, now: () => at(60) });
};

/** A job for these suggestions, which may repeat another one. */
export function jobOf(ids?: readonly SuggestionId[], parent: string | null = null): JobRecord {
  const made = newRecord({
    type: 'suggestions_apply',
    ...(ids === undefined ? {} : { suggestionIds: ids }),
  });
  return { ...made, job: { ...made.job, parentJobId: parent === null ? null : jobId(parent) } };
}

/** The suggestion for the `n`-th transaction, as it is by now. */
export const of = (n: number) => world.items.get(`t-${n}`);
