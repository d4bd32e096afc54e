import type { BudgetExtract } from '../../functions/domain/extract.ts';
import { epochSecondsAfter, type SuggestionId } from '../../functions/domain/ids.ts';
import { reviewed } from '../../functions/domain/review.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { retryPayeeStep } from '../../functions/steps/retry-payee.ts';
import { type SuggestionsPorts, suggestionsStep } from '../../functions/steps/suggestions.ts';
import type { SuggestionEngine } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { at, BUDGET, FENCE, newRecord, snapshotOf } from '../domain/builders.ts';
import { budget, type Entry, times } from '../suggest/budgets.ts';

/** The step of `suggestions_retry_payee`, with the engine that the job calls, over a table in memory. */

/** What the step works on, and what it did. */
interface World {
  extract: BudgetExtract;
  readonly items: Map<string, Suggestion>;
  writes: number;
  /** Transactions whose suggestions are kept for longer. */
  readonly renewed: string[];
  holdsBudget: boolean;
  engine: SuggestionEngine;
}

const fresh = (): World => ({
  extract: budget([]),
  items: new Map(),
  writes: 0,
  renewed: [],
  holdsBudget: true,
  engine: historyEngine,
});

export const world: World = fresh();

const ports: SuggestionsPorts = {
  pendingDays: 90,
  retentionDays: 30,
  snapshots: {
    current: async () => snapshotOf(BUDGET),
  },
  extracts: { readExtract: async () => world.extract },
  suggestions: {
    kept: async () =>
      [...world.items.values()].map((one) => ({
        ...one,
        expiresAt: epochSecondsAfter(one.updatedAt, one.status === 'pending' ? 90 : 30),
      })),
    write: async ({ put, reopen, renew, remove }) => {
      if (!world.holdsBudget) return { kind: 'not_running' };
      world.writes += 1;
      world.renewed.push(...renew.map(({ before }) => before.transactionId));
      for (const one of remove) world.items.delete(one.transactionId);
      const written = [...put, ...reopen.map(({ after }) => after)];
      for (const one of written) world.items.set(one.transactionId, one);
      return { kind: 'written', leftOut: [] };
    },
  },
  engine: { propose: (...asked) => world.engine.propose(...asked) },
};

/** A step for this suggestion, so many seconds after the job was made. */
export const run = (step: typeof retryPayeeStep, suggestionId?: SuggestionId, seconds = 30) => {
  const { job, steps } = newRecord();
  const metadata = { ...job.metadata, ...(suggestionId === undefined ? {} : { suggestionId }) };
  return step(ports)({
    record: { job: { ...job, metadata }, steps },
    fence: FENCE,
    now: () => at(seconds),
  });
};

/** Proposes for the whole budget, as the job `suggestions_generate` does. */
export const generate = () => run(suggestionsStep);

/** Proposes anew for the payee of this suggestion. */
export const retry = (id: SuggestionId, seconds?: number) => run(retryPayeeStep, id, seconds);

/** The suggestion for a transaction. @throws Error when there is none. */
export function of(transaction: string): Suggestion {
  const found = world.items.get(transaction);
  if (found === undefined) throw new Error(`There is no suggestion for ${transaction}.`);
  return found;
}

/** Rejects it as a user does. */
export function reject(transaction: string): void {
  const after = reviewed(of(transaction), { status: 'rejected' }, { now: at(20), by: 'me' });
  world.items.set(transaction, after ?? of(transaction));
}

export const proposedFor = (transaction: string) =>
  of(transaction).proposals.map(({ categoryId }) => categoryId);

/** Makes the budget one of these transactions, after a past at Lidl and Shell. */
export function open(...entries: readonly Entry[]): void {
  world.extract = budget([
    ...times(8, { payee: 'Lidl', category: 'Household' }),
    ...times(12, { payee: 'Lidl', category: 'Food' }),
    ...times(12, { payee: 'Shell', category: 'Fuel' }),
    ...entries,
  ]);
}

/** As it is before each test: two transactions at Lidl and one at Shell have proposals. */
export async function begin(): Promise<void> {
  Object.assign(world, fresh());
  open(
    { id: 'a', date: 20260102, payee: 'Lidl' },
    { id: 'b', date: 20260103, payee: 'Lidl' },
    { id: 'c', date: 20260104, payee: 'Shell' },
  );
  await generate();
}
