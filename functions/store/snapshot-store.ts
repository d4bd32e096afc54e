import * as z from 'zod';
import type { BudgetId } from '../domain/ids.ts';
import type { Fence } from '../domain/running.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { fenceCheck } from './job-commands.ts';
import { idOfBudget, time } from './job-rows.ts';
import { currentSnapshotKey } from './keys.ts';
import { parseItem, SCHEMA } from './rows.ts';
import { Table, type TableOptions, type Written } from './table.ts';

const SnapshotShape = z.object({
  id: z.string().min(1),
  budgetId: idOfBudget,
  takenAt: time,
  archiveKey: z.string().min(1),
  extractKey: z.string().min(1),
  cloudFileId: z.string().min(1),
  counts: z.object({ accounts: z.number(), transactions: z.number() }),
  syncPoint: z
    .object({
      since: z.string().min(1),
      hash: z.number(),
      keyId: z.string().nullable(),
      secretVersion: z.string(),
      madeBy: z.string(),
    })
    .exactOptional(),
  stamps: z.object({ archive: z.string(), extract: z.string() }).exactOptional(),
});

/** Which snapshot of a budget is the current one; the bytes lie in the bucket. */
export class SnapshotStore {
  private readonly table: Table;

  constructor(options: TableOptions) {
    this.table = new Table(options);
  }

  async current(budget: BudgetId): Promise<Snapshot | undefined> {
    const item = await this.table.one(currentSnapshotKey(budget));
    return item === undefined ? undefined : parseItem(SnapshotShape, item);
  }

  /** Moves the pointer, as long as the worker holds the budget; 'conflict' otherwise. */
  setCurrent(snapshot: Snapshot, fence: Fence): Promise<Written> {
    const item = { ...currentSnapshotKey(snapshot.budgetId), schema: SCHEMA, ...snapshot };
    return this.table.write([
      fenceCheck(fence, this.table.name),
      { Put: { TableName: this.table.name, Item: item } },
    ]);
  }
}
