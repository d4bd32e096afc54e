import * as z from 'zod';
import {
  type BudgetId,
  epochSecondsAfter,
  epochSecondsOf,
  type JobId,
  type Timestamp,
  timestampAt,
} from '../domain/ids.ts';
import type { Fence } from '../domain/running.ts';
import type { KeptSnapshot } from '../domain/snapshot.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { fenceCheck } from './job-commands.ts';
import type { PageRequest } from './job-listing.ts';
import { idOfBudget, idOfJob, time } from './job-rows.ts';
import { budgetPartition, KEPT_SNAPSHOT_PREFIX, keptSnapshotKey } from './keys.ts';
import { type Item, parseItem, SCHEMA } from './rows.ts';
import { ITEMS_A_READ_MAX, Table, type TableOptions, type Written } from './table.ts';

const KeptShape = z.object({
  id: idOfJob,
  budgetId: idOfBudget,
  takenAt: time,
  archiveKey: z.string().min(1),
  bytes: z.number(),
  counts: z.object({ accounts: z.number(), transactions: z.number() }),
  expiresAt: z.number(),
});

export interface KeptSnapshotPage {
  readonly snapshots: readonly KeptSnapshot[];
  readonly nextCursor: string | null;
}

export interface KeptSnapshotStoreOptions extends TableOptions {
  readonly now: () => Timestamp;
  /** How long the bucket keeps copies: one that was to be kept for longer when it was made is not there any more. */
  readonly retentionDays: number;
}

/** Records of the copies that somebody asked to keep; the bytes lie in the bucket. */
export class KeptSnapshotStore {
  private readonly table: Table;
  private readonly options: KeptSnapshotStoreOptions;

  constructor(options: KeptSnapshotStoreOptions) {
    this.table = new Table(options);
    this.options = options;
  }

  /** The copy that a job made; undefined when there is none or its time is over. */
  async get(budget: BudgetId, id: JobId): Promise<KeptSnapshot | undefined> {
    const item = await this.table.one(keptSnapshotKey(budget, id));
    return item && this.live([item])[0];
  }

  /** Records a copy, as long as the worker holds the budget; 'conflict' otherwise. */
  keep(snapshot: KeptSnapshot, fence: Fence): Promise<Written> {
    const item = {
      ...keptSnapshotKey(snapshot.budgetId, snapshot.id),
      schema: SCHEMA,
      ...snapshot,
      expiresAt: epochSecondsOf(snapshot.expiresAt),
    };
    return this.table.write([
      fenceCheck(fence, this.table.name),
      { Put: { TableName: this.table.name, Item: item } },
    ]);
  }

  /**
   * A page of a budget's copies, newest first.
   *
   * @throws InvalidCursorError when the cursor is not one of this listing.
   */
  async list(budget: BudgetId, { limit, cursor }: PageRequest): Promise<KeptSnapshotPage> {
    const listing = `snapshots ${budget}`;
    const before = cursor === undefined ? '~' : decodeCursor(listing, cursor);
    const snapshots: KeptSnapshot[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    // One for the copy that the cursor names, one to know whether there are more.
    let atOnce = limit + 2;
    do {
      const { items, next } = await this.table.page({
        KeyConditionExpression: 'PK = :pk AND SK BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': budgetPartition(budget),
          ':first': KEPT_SNAPSHOT_PREFIX,
          ':last': `${KEPT_SNAPSHOT_PREFIX}${before}`,
        },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: atOnce,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      });
      snapshots.push(...this.live(items).filter(({ id }) => id !== before));
      ExclusiveStartKey = next;
      // After a lower `retentionDays` there may be years of records whose copies are gone.
      atOnce = Math.min(2 * atOnce, ITEMS_A_READ_MAX);
    } while (ExclusiveStartKey !== undefined && snapshots.length <= limit);
    const page = snapshots.slice(0, limit);
    const last = page.at(-1);
    const more = snapshots.length > limit && last !== undefined;
    return { snapshots: page, nextCursor: more ? encodeCursor(listing, last.id) : null };
  }

  /** Those whose time is not over. */
  private live(items: readonly Item[]): readonly KeptSnapshot[] {
    const { now, retentionDays } = this.options;
    return items
      .map((item) => keptOf(item, retentionDays))
      .filter(({ expiresAt }) => expiresAt > now());
  }
}

function keptOf(item: Item, retentionDays: number): KeptSnapshot {
  const { expiresAt, ...kept } = parseItem(KeptShape, item);
  const until = Math.min(expiresAt, epochSecondsAfter(kept.takenAt, retentionDays));
  return { ...kept, expiresAt: timestampAt(until * 1000) };
}
