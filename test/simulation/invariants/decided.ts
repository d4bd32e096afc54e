import type { Item } from '../table/expressions.ts';
import type { Change } from '../table/memory-table.ts';
import { categoryOf } from './suggestions.ts';

/** What was decided before a worker said that it is sending is what it sends: whoever decided was told that it counts. */
export class Decided {
  /** By budget, since when its worker has said so, in milliseconds of the true time. */
  private readonly sendingSince = new Map<string, number>();
  /** By partition and transaction, the categories that were decided on, oldest first; undefined for none. */
  private readonly decided = new Map<string, { at: number; category: string | undefined }[]>();

  /** @param seen when readers see all of it: whoever decided is told no sooner. */
  onWrite(changes: readonly Change[], now: number, seen: number): void {
    for (const { before, after } of changes) {
      if (after?.SK === 'RUNNING') {
        const isNew = before?.sending !== true || before.workerId !== after.workerId;
        if (after.sending === true && isNew) this.sendingSince.set(String(after.PK), now);
      }
      const item = after ?? before;
      if (String(item?.PK).startsWith('SUGGESTIONS#')) this.note(item, after?.status, seen);
    }
  }

  private note(item: Item | undefined, status: unknown, at: number): void {
    const key = `${item?.PK} ${item?.transactionId}`;
    if (item === undefined || (status !== 'approved' && status !== 'rejected')) {
      this.decided.delete(key);
      return;
    }
    const category = status === 'approved' ? categoryOf(item) : undefined;
    const decisions = this.decided.get(key) ?? [];
    this.decided.set(key, decisions);
    decisions.push({ at, category });
  }

  /** @returns what is wrong with a category that a worker sends; undefined when all is well. */
  wrongWith(budget: string, transaction: string, category: string): string | undefined {
    const since = this.sendingSince.get(`BUDGET#${budget}`);
    if (since === undefined) return undefined;
    const decisions = this.decided.get(`SUGGESTIONS#${budget} ${transaction}`) ?? [];
    const last = decisions.findLastIndex(({ at }) => at < since);
    // Whoever decides later may be heard still.
    if (last < 0 || decisions.slice(last).some((one) => one.category === category)) {
      return undefined;
    }
    const before = decisions[last]?.category;
    const decision = before === undefined ? 'rejected' : `decided on as ${before}`;
    return `${transaction} of budget ${budget} was ${decision}, and then sent as ${category}`;
  }
}
