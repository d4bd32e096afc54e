import type { Change, MemoryTable } from '../table/memory-table.ts';
import type { BudgetOnServer } from '../world/actual-server.ts';

/** A sync that succeeded leaves a snapshot that has all that the server had when it began, opened or not. */
export class Syncs {
  private readonly table: MemoryTable;
  private readonly budgetOf: (id: string) => BudgetOnServer | undefined;
  /** The server's version when a step began, by the job. */
  private readonly begun = new Map<string, number>();

  constructor(table: MemoryTable, budgetOf: (id: string) => BudgetOnServer | undefined) {
    this.table = table;
    this.budgetOf = budgetOf;
  }

  /** @returns what is wrong with a sync that has just succeeded; undefined when all is well. */
  wrongWith(changes: readonly Change[]): string | undefined {
    for (const { before, after } of changes) {
      if (after?.stepType !== 'sync' || before === undefined || before.status === after.status)
        continue;
      const job = String(after.PK);
      const id = String(this.table.get(job, 'JOB')?.budgetId);
      const budget = this.budgetOf(id);
      if (budget === undefined) continue;
      if (after.status === 'running') this.begun.set(job, budget.version);
      if (after.status !== 'succeeded') continue;
      const wrong = wrongSnapshot(this.table, id, budget, this.begun.get(job) ?? 0);
      if (wrong !== undefined) return `${job} has synced, and ${wrong}`;
    }
    return undefined;
  }
}

function wrongSnapshot(
  table: MemoryTable,
  id: string,
  budget: BudgetOnServer,
  begun: number,
): string | undefined {
  const point = table.get(`BUDGET#${id}`, 'CURRENT_SNAPSHOT')?.syncPoint;
  if (typeof point !== 'object' || point === null || !('since' in point)) {
    return 'there is no snapshot that says how far it is in sync';
  }
  const seen = budget.seenAt({ since: String(point.since) });
  return seen < begun
    ? `its snapshot is of version ${seen} of the budget, not of ${begun} or later`
    : undefined;
}
