import type { BudgetExtract } from '../../functions/domain/extract.ts';
import type { ProposalRequest, Proposals } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import type { Limits } from '../../functions/suggest/model/asking.ts';
import { modelEngine } from '../../functions/suggest/model/engine.ts';
import type { LanguageModel } from '../../functions/suggest/model/language-model.ts';
import { budget, type Entry, times } from './budgets.ts';
import { LIMITS } from './models.ts';

/** The engine `model` behind the engine `history`, in virtual time. */

/** What a test wants otherwise. */
export interface World {
  readonly more?: Partial<ProposalRequest>;
  readonly limits?: Partial<Limits>;
  /** Milliseconds that a call takes, of the time that is virtual here. */
  readonly callTakes?: number;
  readonly deadline?: number;
  readonly categories?: readonly string[];
  /** Instead of the one of these transactions. */
  readonly extract?: BudgetExtract;
}

/** What is proposed, and how long was waited between calls. */
export async function propose(
  entries: readonly Entry[],
  model: LanguageModel,
  { more, limits, callTakes = 0, deadline = 3_600_000, categories, ...world }: World = {},
): Promise<Proposals & { readonly waits: readonly number[] }> {
  let time = 0;
  const waits: number[] = [];
  const engine = modelEngine(
    historyEngine,
    {
      model: {
        ask: async (...asked) => {
          time += callTakes;
          return model.ask(...asked);
        },
      },
      limits: { ...LIMITS, ...limits },
      now: () => time,
      wait: async (milliseconds) => {
        waits.push(milliseconds);
        time += milliseconds;
      },
    },
    () => deadline,
  );
  const extract =
    world.extract ?? budget(entries, { categories: categories ?? ['Food', 'Fuel', 'Fun'] });
  return { ...(await engine.propose(extract, { decisions: [], ...more })), waits };
}

/** A past that says of one payee what it is. */
export const KNOWN = times(20, { payee: 'Lidl', category: 'Food' });
export const OPEN: readonly Entry[] = [
  { id: 'lidl', payee: 'Lidl' },
  { id: 'new', payee: 'Bike Shop', amount: -12_000 },
];

/** So many payees of which nothing is known, the newest last. */
export const strangers = (count: number): readonly Entry[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `s${index}`,
    payee: `Stranger ${String.fromCharCode(65 + index)}`,
  }));

/** What a model replies that cannot be reached. */
export const DOWN = { kind: 'unavailable', cause: { status: 503 } } as const;

/** What is proposed for a transaction. */
export const about = ({ proposals }: Proposals, id: string) =>
  proposals.find(({ transactionId: of }) => of === id);

/** The codes of the warnings, each with its count. */
export const codes = ({ warnings = [] }: Proposals) =>
  warnings.map(({ code, count }) => [code, count]);
