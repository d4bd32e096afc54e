import type { Change } from '../table/memory-table.ts';

/** What was rejected before a worker said that it is sending is not sent: whoever rejected it was told that it counts. */
export class Rejections {
  /** By budget, since when its worker has said so, in milliseconds of the true time. */
  private readonly sendingSince = new Map<string, number>();
  /** By partition and transaction, since when it is rejected. */
  private readonly rejectedAt = new Map<string, number>();

  onWrite(changes: readonly Change[], now: number): void {
    for (const { before, after } of changes) {
      const item = after ?? before;
      if (item?.SK === 'RUNNING') {
        const isNew = before?.sending !== true || before.workerId !== after?.workerId;
        if (after?.sending === true && isNew) this.sendingSince.set(String(after.PK), now);
      } else if (String(item?.PK).startsWith('SUGGESTIONS#')) {
        const key = `${item?.PK} ${item?.transactionId}`;
        if (after?.status !== 'rejected') this.rejectedAt.delete(key);
        else if (!this.rejectedAt.has(key)) this.rejectedAt.set(key, now);
      }
    }
  }

  /** @returns what is wrong with a category that a worker sends; undefined when all is well. */
  wrongWith(budget: string, transaction: string): string | undefined {
    const rejected = this.rejectedAt.get(`SUGGESTIONS#${budget} ${transaction}`);
    const since = this.sendingSince.get(`BUDGET#${budget}`);
    return rejected !== undefined && since !== undefined && rejected < since
      ? `${transaction} of budget ${budget} was rejected, and then sent`
      : undefined;
  }
}
