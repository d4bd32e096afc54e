import type { HandlerKey } from '../../infra/handlers.ts';
import { startBudgetServer } from '../budget/server.ts';
import type { Run } from './environments.ts';
import { isOf, startMeasured } from './measured-stack.ts';

/** What the functions that hold budgets take, in jobs of all kinds on one budget. */

export interface JobRun extends Run {
  /** The type of its job; undefined for a call of the API. */
  readonly job?: string;
}

export interface FunctionRuns {
  readonly key: HandlerKey;
  /** In the order in which they were made. */
  readonly runs: readonly JobRun[];
}

export interface BudgetRuns {
  readonly transactions: number;
  readonly functions: readonly FunctionRuns[];
}

/** The functions of the workflow, and one of those behind the API. */
const MEASURED = ['sync', 'snapshot', 'suggestions', 'settle', 'getJob'] as const;
const JOBS = [
  'snapshot_redownload',
  'sync_and_suggest',
  'suggestions_generate',
  'snapshot_create',
] as const;
/** In the same environments, after the others. */
const JOBS_AGAIN = ['snapshot_redownload', 'sync_and_suggest'] as const;
const CALLS = 20;

/**
 * Runs the jobs one after the other in each round, in environments that are new to it and kept to its end: from an empty
 * table on the first time, and with all proposals there for `suggestions_generate`.
 */
export async function runsOn(
  transactions: number,
  options: {
    readonly assembly: string;
    readonly rounds: number;
    /** Whether the budget is downloaded in full, and synced, a second time in each round. */
    readonly again: boolean;
    readonly progress: (line: string) => void;
  },
): Promise<BudgetRuns> {
  const { assembly, rounds, again, progress } = options;
  const size = {
    transactions,
    uncategorised: Math.round(transactions / 10),
    payees: Math.ceil(transactions / 40),
  };
  progress(`a budget of ${transactions} transactions`);
  const server = await startBudgetServer(size);
  const stack = await startMeasured({ assembly, server }).catch(async (error) => {
    await server.close();
    throw error;
  });
  try {
    const runs: JobRun[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      progress(`jobs on ${transactions} transactions, round ${round} of ${rounds}`);
      await stack.cool();
      const types = again ? [...JOBS, ...JOBS_AGAIN] : JOBS;
      for (const job of types) {
        const made = await stack.run(job, server.budgetId);
        runs.push(...made.map((run) => ({ ...run, job })));
      }
      for (let call = 0; call < CALLS; call += 1) runs.push(await stack.getJob());
    }
    const functions = MEASURED.map((key) => ({
      key,
      runs: runs.filter(({ functionName }) => isOf(functionName, key)),
    }));
    return { transactions, functions };
  } finally {
    await stack.close();
    await server.close();
  }
}

export function runsOf({ functions }: BudgetRuns, key: HandlerKey): readonly JobRun[] {
  const found = functions.find((one) => one.key === key)?.runs ?? [];
  if (found.length === 0) throw new Error(`${key} was not run`);
  return found;
}

/** The most that any of the environments had in memory, in MiB. */
export function peakOf(runs: readonly Run[]): number {
  return Math.max(...runs.map(({ invocation }) => invocation.peakMb));
}
