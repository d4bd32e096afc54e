import type { Item } from '../table/expressions.ts';
import type { Change, MemoryTable } from '../table/memory-table.ts';

/**
 * What a job that succeeded counts is so: the suggestions that it and those that it repeats have applied, and no more
 * written or removed than were. They may be fewer: a step that is run again counts what was left for it.
 */
export class Counts {
  private readonly table: MemoryTable;
  /** What was written and removed of suggestions for the job that holds the budget, by its id. */
  private readonly done = new Map<string, { written: number; removed: number }>();

  constructor(table: MemoryTable) {
    this.table = table;
  }

  /** @returns what is wrong with the counts of a job that has just succeeded. */
  wrongWith(changes: readonly Change[]): string | undefined {
    for (const { before, after } of changes) {
      if (String((after ?? before)?.PK).startsWith('SUGGESTIONS#')) this.note(before, after);
      const ended = after?.SK === 'JOB' && after.status !== before?.status;
      const wrong = ended && after.status === 'succeeded' ? this.wrongJob(after) : undefined;
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  private note(before: Item | undefined, after: Item | undefined): void {
    const holder = this.table.get(`BUDGET#${(after ?? before)?.budgetId}`, 'RUNNING')?.jobId;
    const done = this.done.get(String(holder)) ?? { written: 0, removed: 0 };
    this.done.set(String(holder), done);
    if (after === undefined) done.removed += 1;
    else if (after.status === 'pending' || isWithdrawn(before, after)) done.written += 1;
  }

  private wrongJob(job: Item): string | undefined {
    const { PK, type } = job;
    const { written, removed } = this.done.get(String(job.jobId)) ?? { written: 0, removed: 0 };
    if ((countOf(job, 'written') ?? 0) > written) {
      return `${PK} has written ${written} and counts ${countOf(job, 'written')}`;
    }
    if ((countOf(job, 'removed') ?? 0) > removed) {
      return `${PK} has removed ${removed} and counts ${countOf(job, 'removed')}`;
    }
    const applied = type === 'suggestions_apply' ? this.appliedBy(job) : undefined;
    return applied === countOf(job, 'applied')
      ? undefined
      : `${PK} has applied ${applied} and counts ${countOf(job, 'applied')}`;
  }

  /** How many suggestions a job and those that it repeats have applied. */
  private appliedBy(job: Item): number {
    const ids = new Set<unknown>();
    for (let one: Item | undefined = job; one !== undefined; ) {
      ids.add(one.jobId);
      one = this.table.get(`JOB#${one.parentJobId}`, 'JOB');
    }
    const items = this.table.under(`SUGGESTIONS#${job.budgetId}`);
    return items.filter((item) => item.status === 'applied' && ids.has(item.appliedBy)).length;
  }
}

/** A proposal that is not made any more, kept for what was rejected before it: nobody rejected it. */
function isWithdrawn(before: Item | undefined, after: Item): boolean {
  const isSame =
    JSON.stringify(before?.rejectedCategoryIds) === JSON.stringify(after.rejectedCategoryIds);
  return before?.status === 'pending' && after.status === 'rejected' && isSame;
}

function countOf({ metadata }: Item, name: string): number | undefined {
  const count: unknown = Reflect.get(Object(Reflect.get(Object(metadata), 'counts')), name);
  return typeof count === 'number' ? count : undefined;
}
