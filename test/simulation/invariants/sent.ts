import type { Item } from '../table/expressions.ts';
import type { Change, MemoryTable } from '../table/memory-table.ts';
import type { BudgetOnServer } from '../world/actual-server.ts';
import { categoryOf } from './suggestions.ts';

/**
 * What an apply has sent counts as applied once it, or a job that repeats it, has succeeded: also what was rejected between two of
 * its workers, as far as clocks can tell. A correction that was rejected is not told from somebody else's category, so nothing is
 * said of it here.
 */
export class Sent {
  private readonly table: MemoryTable;
  private readonly budgetOf: (id: string) => BudgetOnServer | undefined;
  /** The job that gave a transaction its category, by budget and transaction. */
  private readonly givers = new Map<string, unknown>();
  /** When the last worker of a job began, in milliseconds of the true time. */
  private readonly begun = new Map<unknown, number>();
  /** Since when all readers see that a suggestion is rejected, by its id. */
  private readonly rejected = new Map<unknown, number>();

  constructor(table: MemoryTable, budgetOf: (id: string) => BudgetOnServer | undefined) {
    this.table = table;
    this.budgetOf = budgetOf;
  }

  /** The worker of the job that holds the budget gives a transaction a category. */
  gives(budget: string, transaction: string): void {
    const holder = this.table.get(`BUDGET#${budget}`, 'RUNNING');
    this.givers.set(`${budget} ${transaction}`, holder?.jobId);
  }

  /**
   * @param seen when readers see all of what was just written.
   * @returns what is wrong with an apply that has just succeeded.
   */
  wrongWith(changes: readonly Change[], now: number, seen: number): string | undefined {
    for (const { before, after } of changes) {
      if (after?.SK === 'RUNNING' && after.workerId !== before?.workerId) {
        this.begun.set(after.jobId, now);
      }
      if (after?.status === 'rejected') this.rejected.set(after.id, seen);
      const ended = after?.SK === 'JOB' && after.status !== before?.status;
      if (!ended || after.type !== 'suggestions_apply' || after.status !== 'succeeded') continue;
      const wrong = this.rejectedBehind(after);
      if (wrong !== undefined) return `${wrong} is in the budget by ${after.PK}, and rejected`;
    }
    return undefined;
  }

  private rejectedBehind(job: Item): unknown {
    const startedAt = new Map<unknown, string>();
    for (let one: Item | undefined = job; one !== undefined; ) {
      startedAt.set(one.jobId, String(one.startedAt));
      one = this.table.get(`JOB#${one.parentJobId}`, 'JOB');
    }
    const begun = this.begun.get(job.jobId) ?? 0;
    const items = this.table.under(`SUGGESTIONS#${job.budgetId}`);
    return items.find((item) => {
      const entry = this.budgetOf(String(job.budgetId))?.entries.get(String(item.transactionId));
      const isThere = entry?.category === categoryOf(item);
      const since = startedAt.get(this.givers.get(`${job.budgetId} ${item.transactionId}`));
      const isSince = since !== undefined && String(item.updatedAt) >= since;
      const wasRead = (this.rejected.get(item.id) ?? 0) < begun;
      return item.status === 'rejected' && isThere && isSince && wasRead;
    })?.id;
  }
}
