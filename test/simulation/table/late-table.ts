import type { BatchGetCommandInput, QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item } from './expressions.ts';
import { type BatchAnswer, type Change, MemoryTable } from './memory-table.ts';

/** How late readers see what was written. */
export interface Delays {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Of each of so many items of one transaction, in milliseconds; none where all are seen at once. */
  readonly ofItems: (count: number) => readonly number[];
  /** Until the indexes show a transaction, and reads that did not ask to be consistent, in milliseconds. */
  readonly ofIndexes: () => number;
}

/** An item that readers see as it was before. */
interface Unseen {
  readonly key: string;
  readonly before: Item | undefined;
  readonly until: number;
}

/**
 * The table as DynamoDB shows it: what a transaction wrote is there at once for the conditions of other writes, but queries and
 * batches may see some of its items before others; and indexes are behind, and reads that are not asked to be consistent.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation
 */
export class LateTable extends MemoryTable {
  private readonly delays: Delays;
  private inTable: readonly Unseen[] = [];
  private behind: readonly Unseen[] = [];
  /** Milliseconds from the last transaction until all of it is seen: it is answered no sooner, but may come onto the stream before. */
  seenAfter = 0;
  /** The process that sent the last transaction. */
  writer = '';

  constructor(delays: Delays) {
    super();
    this.delays = delays;
  }

  /** From now on readers see everything. */
  catchUp(): void {
    this.inTable = [];
    this.behind = [];
  }

  override batch({ RequestItems = {} }: BatchGetCommandInput): BatchAnswer {
    const { Responses } = super.batch({ RequestItems });
    const shown = Object.entries(RequestItems).map(([name, { Keys = [], ConsistentRead }]) => {
      const asked = new Set(Keys.map(keyOf));
      const items = this.shown(Responses[name] ?? [], ConsistentRead ? this.inTable : this.behind);
      return [name, items.filter((item) => asked.has(keyOf(item))).map((item) => ({ ...item }))];
    });
    return { Responses: Object.fromEntries(shown) };
  }

  protected override candidates(input: QueryCommandInput): Iterable<Item> {
    const isConsistent = input.IndexName === undefined && input.ConsistentRead === true;
    return this.shown(super.candidates(input), isConsistent ? this.inTable : this.behind);
  }

  protected override written(changes: readonly Change[]): void {
    const { now, ofItems, ofIndexes } = this.delays;
    const delays = ofItems(changes.length);
    const inIndexes = ofIndexes();
    this.seenAfter = Math.max(0, ...delays);
    const keys = new Set(changes.map(({ before, after }) => keyOf(after ?? before ?? {})));
    // Two transactions never have the same item in hand at once.
    this.inTable = [
      ...this.inTable.filter(({ key, until }) => until > now() && !keys.has(key)),
      ...changes.flatMap((change, index) => unseen(change, now() + (delays[index] ?? 0), now())),
    ];
    this.behind = [
      ...this.behind.filter(({ until }) => until > now()),
      ...changes.flatMap((change) => unseen(change, now() + inIndexes, now())),
    ];
    super.written(changes);
  }

  /** What lies there as a reader sees it, and what the reader still sees although it is gone. */
  private shown(items: Iterable<Item>, late: readonly Unseen[]): Iterable<Item> & Item[] {
    const now = this.delays.now();
    const before = new Map<string, Item | undefined>();
    for (const one of late) {
      if (one.until > now && !before.has(one.key)) before.set(one.key, one.before);
    }
    const seen = [...items].filter((item) => !before.has(keyOf(item)));
    return [...seen, ...[...before.values()].filter((item) => item !== undefined)];
  }
}

function unseen({ before, after }: Change, until: number, now: number): readonly Unseen[] {
  return until > now ? [{ key: keyOf(after ?? before ?? {}), before, until }] : [];
}

function keyOf({ PK, SK }: Readonly<Record<string, unknown>>): string {
  return `${PK} ${SK}`;
}
