import type { Item } from '../table/expressions.ts';
import type { Change, MemoryTable } from '../table/memory-table.ts';

/** What the bucket holds just now. */
interface Objects {
  has(key: string): boolean;
}

/** The objects that records in the table lead to are there from before the record is until after it: each link leads to a copy. */
export class Snapshots {
  private readonly table: MemoryTable;
  private readonly objects: Objects;
  private readonly records = new Set<string>();

  constructor(table: MemoryTable, objects: Objects) {
    this.table = table;
    this.objects = objects;
  }

  /** @returns what is wrong with snapshots that were just recorded, and with jobs that kept one. */
  wrongWith(changes: readonly Change[]): string | undefined {
    for (const { before, after } of changes) {
      if (after === undefined) continue;
      const missing = keysOf(after).find((key) => !this.objects.has(key));
      if (missing !== undefined) return `${after.PK} ${after.SK} is recorded without ${missing}`;
      if (keysOf(after).length > 0) this.records.add(`${after.PK} ${after.SK}`);
      const ended = after.SK === 'JOB' && after.status !== before?.status;
      if (ended && after.status === 'succeeded' && after.type === 'snapshot_create') {
        const kept = this.table.get(`BUDGET#${after.budgetId}`, `SNAPSHOT#${after.jobId}`);
        if (kept === undefined) return `${after.PK} has kept no copy`;
      }
    }
    return undefined;
  }

  /** @returns what is wrong with objects that were just removed. */
  wrongAfterRemoving(): string | undefined {
    for (const record of this.records) {
      const [PK = '', SK = ''] = record.split(' ');
      const item = this.table.get(PK, SK);
      const missing = item && keysOf(item).find((key) => !this.objects.has(key));
      if (missing !== undefined) return `${record} leads to ${missing}, which was removed`;
    }
    return undefined;
  }
}

function keysOf({ SK, archiveKey, extractKey }: Item): readonly string[] {
  const leads = SK === 'CURRENT_SNAPSHOT' || String(SK).startsWith('SNAPSHOT#');
  if (!leads) return [];
  return [archiveKey, extractKey].filter((key) => typeof key === 'string');
}
