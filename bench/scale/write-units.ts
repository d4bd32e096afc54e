import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { INDEX } from '../../functions/names.ts';
import type { Item } from '../../test/simulation/table/expressions.ts';
import type { MemoryTable } from '../../test/simulation/table/memory-table.ts';
import { sizeOf } from '../costs/item-size.ts';

/** What a transaction costs in write units, and which partition keys of the table and its indexes it costs them. */

/** A write of so many units to a partition key. */
export interface KeyWrite {
  /** What the keys of its kind begin with in the table, or the name of an index. */
  readonly kind: string;
  readonly key: string;
  readonly units: number;
}

const KB = 1024;
/** Each part of a transaction is written twice, prepared and committed; indexes follow once, when it is through. */
const TRANSACTION = 2;

/**
 * Sends a transaction to the table.
 *
 * @returns what it wrote (DynamoDB Developer Guide, "Capacity unit consumption for writes", "Transaction
 * capacity", "Global secondary indexes: write capacity").
 */
export function transactCounted(
  table: MemoryTable,
  input: TransactWriteCommandInput,
  send: (input: TransactWriteCommandInput) => void,
): readonly KeyWrite[] {
  const parts = (input.TransactItems ?? []).map(({ Put, Update, Delete, ConditionCheck }) => {
    const { PK, SK } = Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key ?? {};
    const [key, sortKey] = [String(PK), String(SK)];
    return { key, sortKey, before: table.get(key, sortKey) };
  });
  send(input);
  return parts.flatMap(({ key, sortKey, before }) => {
    const after = table.get(key, sortKey);
    const units = TRANSACTION * Math.max(unitsOf(before), unitsOf(after), 1);
    const [kind = ''] = key.split('#');
    return [{ kind, key, units }, ...indexWrites(before, after)];
  });
}

/** An entry that stays under its keys and changes is written once; one that moves is removed and put. */
function indexWrites(before: Item | undefined, after: Item | undefined): readonly KeyWrite[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return Object.values(INDEX).flatMap((index) => {
    const { name: kind } = index;
    const keyOf = (item: Item | undefined) =>
      item?.[index.partitionKey] === undefined || item[index.sortKey] === undefined
        ? undefined
        : `${item[index.partitionKey]} ${item[index.sortKey]}`;
    const [from, to] = [keyOf(before), keyOf(after)];
    const write = (item: Item | undefined) => ({
      kind,
      key: String(item?.[index.partitionKey]),
      units: index === INDEX.openWork ? 1 : unitsOf(item),
    });
    if (from === to) {
      const carriesKeysAlone = index === INDEX.openWork;
      return from === undefined || carriesKeysAlone ? [] : [write(after)];
    }
    return [
      ...(from === undefined ? [] : [write(before)]),
      ...(to === undefined ? [] : [write(after)]),
    ];
  });
}

function unitsOf(item: Item | undefined): number {
  return item === undefined
    ? 0
    : Math.ceil(sizeOf(marshall(item, { removeUndefinedValues: true })) / KB);
}
