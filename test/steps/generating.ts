import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { FailureError, failure } from '../../functions/domain/failures.ts';
import { epochSecondsAfter, transactionId } from '../../functions/domain/ids.ts';
import type { JobWarning } from '../../functions/domain/job.ts';
import { type Review, reviewed } from '../../functions/domain/review.ts';
import type { Snapshot } from '../../functions/domain/snapshot.ts';
import type { Proposal, Suggestion } from '../../functions/domain/suggestion.ts';
import { type SuggestionsPorts, suggestionsStep } from '../../functions/steps/suggestions.ts';
import { at, BUDGET, FENCE, newRecord } from '../domain/builders.ts';
import { budget, type Entry } from '../suggest/budgets.ts';

/** The step `suggestions` over a table and an engine in memory. */

const SNAPSHOT: Snapshot = {
  id: 'snapshot',
  budgetId: BUDGET,
  takenAt: at(0),
  archiveKey: 'archives/snapshot.zip',
  extractKey: 'extracts/snapshot.json.gz',
  cloudFileId: 'file',
  counts: { accounts: 1, transactions: 3 },
};

type Request = Awaited<Parameters<SuggestionsPorts['engine']['propose']>[1]>;
type Write = Parameters<SuggestionsPorts['suggestions']['write']>;

/** What the step is given, and what it did with it. */
interface World {
  snapshot: Snapshot | undefined;
  readonly extracts: Map<string, BudgetExtract>;
  suggestions: readonly Suggestion[];
  proposals: readonly Proposal[];
  warnings: readonly JobWarning[] | undefined;
  /** What is read and asked, in the order in which that begins. */
  begun: string[];
  /** When the table answers which suggestions there are. */
  reading: Promise<void>;
  asked: Request[];
  writes: Write[];
  holdsBudget: boolean;
  /** Transactions whose suggestion somebody decides on right before the write. */
  decidedMeanwhile: readonly string[];
  pendingDays: number;
  retentionDays: number;
  /** How long suggestions were to be kept when they were written, where that was another time. */
  keptDays: number | undefined;
}

const fresh = (): World => ({
  snapshot: SNAPSHOT,
  extracts: new Map(),
  suggestions: [],
  proposals: [],
  warnings: undefined,
  begun: [],
  reading: Promise.resolve(),
  asked: [],
  writes: [],
  holdsBudget: true,
  decidedMeanwhile: [],
  pendingDays: 90,
  retentionDays: 30,
  keptDays: undefined,
});

export const world: World = fresh();

const ports: Omit<SuggestionsPorts, 'pendingDays' | 'retentionDays'> = {
  snapshots: {
    current: async () => {
      world.begun.push('snapshot');
      return world.snapshot;
    },
  },
  extracts: {
    readExtract: async (key) => {
      const extract = world.extracts.get(key);
      if (extract === undefined) throw new FailureError(failure('SNAPSHOT_MISSING'));
      return extract;
    },
  },
  suggestions: {
    kept: async () => {
      world.begun.push('suggestions');
      await world.reading;
      return world.suggestions.map((one) => {
        const days = one.status === 'pending' ? world.pendingDays : world.retentionDays;
        return { ...one, expiresAt: epochSecondsAfter(one.updatedAt, world.keptDays ?? days) };
      });
    },
    write: async (...write) => {
      world.writes.push(write);
      if (!world.holdsBudget) return { kind: 'not_running' };
      const isLeft = ({ transactionId: id }: Suggestion) => !world.decidedMeanwhile.includes(id);
      const put = write[0].put.filter(isLeft);
      const gone = new Set(
        [...put, ...write[0].remove.filter(isLeft)].map((one) => one.transactionId),
      );
      world.suggestions = [
        ...world.suggestions.filter((one) => !gone.has(one.transactionId)),
        ...put,
      ];
      return { kind: 'written', leftOut: world.decidedMeanwhile.map(transactionId) };
    },
  },
  engine: {
    propose: async (extract, request) => {
      world.begun.push('engine');
      world.asked.push(await request);
      const { id, category } = extract.transactions;
      return {
        candidates: id.filter((_, index) => category[index] === -1).map(transactionId),
        proposals: world.proposals,
        ...(world.warnings === undefined
          ? {}
          : { warnings: world.warnings, counts: { modelCalls: 3, modelTokens: 900 } }),
      };
    },
  },
};

/** Makes the snapshot one of these transactions. */
export function open(...entries: readonly Entry[]): void {
  world.extracts.set(SNAPSHOT.extractKey, budget(entries));
}

/** What the engine proposes for a transaction. */
export function proposal(id: string, changes: Partial<Proposal> = {}): Proposal {
  return {
    transactionId: transactionId(id),
    categories: [{ categoryId: 'food', categoryName: 'Food', confidence: 0.934 }],
    reason: '9 of 9 past transactions at “Lidl” are Food',
    ...changes,
  };
}

/** The revision that a first proposal of `run()` gets. */
export const FIRST = Date.parse(at(10));

/** The step, so many seconds after the job was made. */
export const run = (seconds = 10) => {
  const { pendingDays, retentionDays } = world;
  return suggestionsStep({ ...ports, pendingDays, retentionDays })({
    record: newRecord(),
    fence: FENCE,
    now: () => at(seconds),
  });
};

/** Brings a suggestion to a status, by a review or as an apply would. */
export function decide(id: string, status: Suggestion['status']): void {
  if (status === 'approved' || status === 'rejected') review(id, { status });
  else change(id, (one) => ({ ...one, status }));
}

/** Reviews a suggestion as a user does. */
export function review(id: string, decision: Review): void {
  change(id, (one) => reviewed(one, decision, { now: at(20), by: 'me' }) ?? one);
}

function change(id: string, changed: (one: Suggestion) => Suggestion): void {
  world.suggestions = world.suggestions.map((one) =>
    one.transactionId === id ? changed(one) : one,
  );
}

/** As it is before each test: three transactions, the first two of which have no category. */
export function begin(): void {
  Object.assign(world, fresh());
  open(
    { id: 'a', date: 20260102, payee: 'Lidl', amount: -1234 },
    { id: 'b', text: 'TESCO 12' },
    { id: 'c', category: 'Food' },
  );
}

/** The same, but the step has proposed for the first of them already. */
export async function beginAgain(): Promise<void> {
  begin();
  world.proposals = [proposal('a')];
  await run();
  world.writes = [];
}
