import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { sizeOf, type WireItem } from './item-size.ts';

/**
 * What each write of the table is charged: as DynamoDB's documentation has it, from the items before and after. The
 * engine on this machine tells a sum for each transaction alone; the sum of these has to be the same.
 */

/** A global secondary index, as far as it decides about writes. */
export interface IndexShape {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

/** One item of a transaction, and what it was charged. */
export interface ItemCharge {
  readonly key: string;
  readonly action: 'put' | 'update' | 'delete' | 'check';
  /** Of the table itself, a transaction's doubling included. */
  readonly table: number;
  /** By the index's name; those that it does not touch are left out. */
  readonly indexes: Readonly<Record<string, number>>;
}

/** A transaction costs twice: once to prepare it, once to commit it. */
const PREPARED_AND_COMMITTED = 2;
const UNIT_BYTES = 1024;

const unitsFor = (bytes: number) => Math.max(1, Math.ceil(bytes / UNIT_BYTES));

/** Of the table and its indexes together. */
export function unitsOf({ table, indexes }: ItemCharge): number {
  return Object.values(indexes).reduce((sum, units) => sum + units, table);
}

/** Follows a table by the transactions that were written to it. */
export class WriteLedger {
  private readonly indexes: readonly IndexShape[];
  private readonly items = new Map<string, WireItem>();

  /** @param items that the table has at the beginning. */
  constructor(indexes: readonly IndexShape[], items: readonly WireItem[]) {
    this.indexes = indexes;
    for (const item of items) this.items.set(keyOf(item), item);
  }

  /** Charges a transaction that was written, item by item in its order. */
  write(transactItems: readonly TransactWrite[]): readonly ItemCharge[] {
    return transactItems.map((one) => this.charge(one));
  }

  private charge({ Put, Update, Delete, ConditionCheck }: TransactWrite): ItemCharge {
    if (Put !== undefined) return this.replace(keyOf(Put.Item), 'put', Put.Item);
    if (Delete !== undefined) return this.replace(keyOf(Delete.Key), 'delete', undefined);
    if (Update !== undefined) return this.update(Update);
    const key = keyOf(ConditionCheck?.Key ?? {});
    return { key, action: 'check', table: this.ofTable(this.items.get(key)), indexes: {} };
  }

  private replace(key: string, action: 'put' | 'delete', after: WireItem | undefined): ItemCharge {
    const before = this.items.get(key);
    if (after === undefined) this.items.delete(key);
    else this.items.set(key, after);
    const touched = this.indexes
      .map((index) => [index.name, chargeOf(index, before, after)] as const)
      .filter(([, units]) => units > 0);
    return {
      key,
      action,
      table: this.ofTable(before, after),
      indexes: Object.fromEntries(touched),
    };
  }

  /** Updates of the product set a few short attributes of what is not in an index but by its keys. */
  private update({ Key, UpdateExpression }: WireUpdate): ItemCharge {
    const key = keyOf(Key);
    const keys = this.indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
    const before = this.items.get(key);
    const inFull = this.indexes.some(
      ({ partitionKey, projection }) => projection === 'ALL' && before?.[partitionKey],
    );
    if (inFull || keys.some((name) => UpdateExpression.includes(name))) {
      throw new TypeError(`An update touches an index: ${key} ${UpdateExpression}`);
    }
    return { key, action: 'update', table: this.ofTable(before), indexes: {} };
  }

  /** The larger of before and after. */
  private ofTable(...states: readonly (WireItem | undefined)[]): number {
    const bytes = states.map((item) => (item === undefined ? 0 : sizeOf(item)));
    return PREPARED_AND_COMMITTED * unitsFor(Math.max(...bytes));
  }
}

export interface TransactWrite {
  readonly Put?: { readonly Item: WireItem };
  readonly Update?: WireUpdate;
  readonly Delete?: { readonly Key: WireItem };
  readonly ConditionCheck?: { readonly Key: WireItem };
}

interface WireUpdate {
  readonly Key: WireItem;
  readonly UpdateExpression: string;
}

/**
 * An entry that comes or goes is one write, one whose key changes is two, one of which something else changes is one; one
 * that stays as it is costs nothing.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
function chargeOf(
  index: IndexShape,
  before: WireItem | undefined,
  after: WireItem | undefined,
): number {
  const [gone, come] = [entryOf(index, before), entryOf(index, after)];
  if (gone === undefined && come === undefined) return 0;
  if (gone === undefined || come === undefined) return unitsFor(sizeOf({ ...gone, ...come }));
  const moved = [index.partitionKey, index.sortKey].some(
    (name) => textOf(gone[name]) !== textOf(come[name]),
  );
  if (moved) return unitsFor(sizeOf(gone)) + unitsFor(sizeOf(come));
  if (JSON.stringify(gone) === JSON.stringify(come)) return 0;
  return unitsFor(Math.max(sizeOf(gone), sizeOf(come)));
}

/** What an index has of an item; nothing of one that does not carry its keys. */
function entryOf(index: IndexShape, item: WireItem | undefined): WireItem | undefined {
  if (item?.[index.partitionKey] === undefined || item[index.sortKey] === undefined) {
    return undefined;
  }
  if (index.projection === 'ALL') return item;
  const keys = new Set(['PK', 'SK', index.partitionKey, index.sortKey]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => keys.has(name)));
}

function keyOf(item: WireItem): string {
  return `${textOf(item.PK)} ${textOf(item.SK)}`;
}

function textOf(value: AttributeValue | undefined): string {
  return value?.S ?? '';
}
