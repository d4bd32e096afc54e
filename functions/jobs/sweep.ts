import { type BudgetId, createdMillisecondsOf, type JobId } from '../domain/ids.ts';
import { type DispatchPorts, lookAtBudget } from './dispatch.ts';

export interface SweepPorts extends DispatchPorts {
  readonly openWork: {
    /** Every budget that has a job running or in line, and every job in line. */
    openWork(): Promise<{
      readonly budgets: readonly BudgetId[];
      readonly waiting: readonly JobId[];
    }>;
  };
  /** Told of each job that should have been started or settled before: nothing else says what did it. */
  readonly onMended: (budgetId: BudgetId, jobId: JobId, how: 'started' | 'settled') => void;
}

export interface SweepReport {
  readonly budgets: number;
  /** Jobs in line before the looks. */
  readonly waiting: number;
  /** The one of them that was created first. */
  readonly oldest: { readonly jobId: JobId } | undefined;
  /** How long ago that was; 0 when there is none. */
  readonly longestWaitSeconds: number;
  /** Jobs that should have been started before: nobody had, or the end of the one before them had gone unnoticed. */
  readonly started: number;
  /** Budgets that could not be looked at; the next sweep tries again. */
  readonly failed: readonly { readonly budgetId: BudgetId; readonly error: unknown }[];
}

/** Budgets looked at side by side: enough to be quick, few enough not to throttle what else runs. */
const SIDE_BY_SIDE = 10;

/**
 * Looks at every budget with open work: finds what a crash, a lost delivery or a lost status event left behind.
 * One budget's failure does not keep the others waiting.
 */
export async function sweep(ports: SweepPorts): Promise<SweepReport> {
  const open = await ports.openWork.openWork();
  const budgets = [...open.budgets];
  const [oldest] = [...open.waiting].sort();
  const waitMs = oldest === undefined ? 0 : Date.parse(ports.now()) - createdMillisecondsOf(oldest);
  let started = 0;
  const failed: { budgetId: BudgetId; error: unknown }[] = [];
  const lookAtNext = async (): Promise<void> => {
    for (let budgetId = budgets.pop(); budgetId !== undefined; budgetId = budgets.pop()) {
      try {
        const look = await lookAtBudget(ports, budgetId);
        if (look.settled !== undefined) ports.onMended(budgetId, look.settled, 'settled');
        if (look.kind !== 'started') continue;
        started += 1;
        ports.onMended(budgetId, look.jobId, 'started');
      } catch (error) {
        failed.push({ budgetId, error });
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lookAtNext));
  return {
    budgets: open.budgets.length,
    waiting: open.waiting.length,
    oldest: oldest && { jobId: oldest },
    longestWaitSeconds: Math.max(0, Math.round(waitMs / 1000)),
    started,
    failed,
  };
}
