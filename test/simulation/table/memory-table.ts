import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  QueryCommand,
  type QueryCommandInput,
  type TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ATTRIBUTE, INDEX } from '../../../functions/names.ts';
import { holds, type Item, type Placeholders, projected, updated } from './expressions.ts';

/** What one transaction did to an item. */
export interface Change {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const INDEXES = Object.values(INDEX);

/** What DynamoDB allows in one transaction, and in one batch. */
const MOST_ITEMS = 100;

export interface BatchAnswer {
  readonly Responses: Record<string, Record<string, unknown>[]>;
}

export interface Answer {
  readonly Items: Record<string, unknown>[];
  readonly LastEvaluatedKey?: Record<string, unknown>;
}

/**
 * The product's table in memory: the three requests that the stores make, done at once and in one piece. It passes the
 * same contract suite as a DynamoDB engine.
 */
export class MemoryTable {
  /** By partition, then by sort key. */
  private readonly partitions = new Map<string, Map<string, Item>>();
  /** By index and its partition, the items that carry both of its keys. */
  private readonly indexes = new Map<string, Set<Item>>();
  /** Told of each transaction that went through. */
  onWrite: (changes: readonly Change[]) => void = () => {};

  async send(command: TransactWriteCommand): Promise<unknown>;
  async send(command: QueryCommand): Promise<Answer>;
  async send(command: BatchGetCommand): Promise<BatchAnswer>;
  async send(command: TransactWriteCommand | QueryCommand | BatchGetCommand): Promise<unknown> {
    if (command instanceof QueryCommand) return this.query(command.input);
    if (command instanceof BatchGetCommand) return this.batch(command.input);
    return this.transact(command.input);
  }

  /** What lies under a key now. */
  get(PK: string, SK: string): Item | undefined {
    return this.partitions.get(PK)?.get(SK);
  }

  /** What lies in a partition now, by sort key. */
  under(PK: string): readonly Item[] {
    return [...(this.partitions.get(PK)?.values() ?? [])].sort((a, b) => inOrder(a, b, ['SK']));
  }

  /** Everything that lies in the table. */
  *items(): Iterable<Item> {
    for (const partition of this.partitions.values()) yield* partition.values();
  }

  transact({ TransactItems = [] }: TransactWriteCommandInput): void {
    refuseMalformed(TransactItems);
    const reasons = TransactItems.map((item) => this.refusal(item));
    if (reasons.some((reason) => reason !== undefined)) throw canceled(reasons);
    const changes = TransactItems.flatMap((item) => this.applied(item));
    for (const { before, after } of changes) this.replace(before, after);
    this.written(changes);
  }

  protected written(changes: readonly Change[]): void {
    this.onWrite(changes);
  }

  batch({ RequestItems = {} }: BatchGetCommandInput): BatchAnswer {
    const found = Object.entries(RequestItems).map(([name, { Keys = [] }]) => {
      const keys = Keys.map(keyOf);
      if (keys.length > MOST_ITEMS) throw malformed('A batch has more than 100 keys');
      const items = keys.map(({ PK, SK }) => this.get(PK, SK)).filter((item) => item !== undefined);
      return [name, items.map((item) => ({ ...item }))] as const;
    });
    return { Responses: Object.fromEntries(found) };
  }

  query(input: QueryCommandInput): Answer {
    const { KeyConditionExpression, FilterExpression, Limit, ExclusiveStartKey } = input;
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    const given: Placeholders = { names, values };
    const index = INDEXES.find(({ name }) => name === input.IndexName);
    const sortKeys = [index?.sortKey, ATTRIBUTE.partitionKey, ATTRIBUTE.sortKey].filter(
      (key) => key !== undefined,
    );
    const direction = input.ScanIndexForward === false ? -1 : 1;
    const order = (a: Item, b: Item) => direction * inOrder(a, b, sortKeys);
    const found = [...this.candidates(input)]
      .filter((item) => holds(KeyConditionExpression, item, given))
      .sort(order);
    const rest =
      ExclusiveStartKey === undefined
        ? found
        : found.filter((item) => order(item, ExclusiveStartKey) > 0);
    const read = rest.slice(0, Limit);
    const last = read.at(-1);
    const Items = read
      .filter((item) => holds(FilterExpression, item, given))
      .map((item) => projected(item, input.ProjectionExpression));
    if (last === undefined || Limit === undefined || read.length < Limit) return { Items };
    const keys = [
      ATTRIBUTE.partitionKey,
      ATTRIBUTE.sortKey,
      ...(index === undefined ? [] : [index.partitionKey, index.sortKey]),
    ];
    return { Items, LastEvaluatedKey: Object.fromEntries(keys.map((key) => [key, last[key]])) };
  }

  /** The items of the one partition that a query asks for. */
  protected candidates(input: QueryCommandInput): Iterable<Item> {
    const match = /^\(?(#?\w+) = (:\w+)/.exec(input.KeyConditionExpression ?? '');
    const partition = input.ExpressionAttributeValues?.[match?.[2] ?? ''];
    if (typeof partition !== 'string') throw new Error('A query names its partition first');
    return input.IndexName === undefined
      ? (this.partitions.get(partition)?.values() ?? [])
      : (this.indexes.get(`${input.IndexName} ${partition}`) ?? []);
  }

  private refusal(item: TransactItem): Record<string, unknown> | undefined {
    const { request, key } = partsOf(item);
    const there = this.get(key.PK, key.SK);
    const given: Placeholders = {
      names: request.ExpressionAttributeNames,
      values: request.ExpressionAttributeValues,
    };
    if (holds(request.ConditionExpression, there, given)) return undefined;
    const shown = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && there !== undefined;
    return {
      Code: 'ConditionalCheckFailed',
      ...(shown ? { Item: marshall({ ...there }, { removeUndefinedValues: true }) } : {}),
    };
  }

  private applied(item: TransactItem): Change[] {
    if (item.ConditionCheck !== undefined) return [];
    const { key } = partsOf(item);
    const before = this.get(key.PK, key.SK);
    if (item.Put !== undefined) return [{ before, after: copied(item.Put.Item ?? {}) }];
    if (item.Delete !== undefined)
      return before === undefined ? [] : [{ before, after: undefined }];
    const { Update } = item;
    const after = updated(Update?.UpdateExpression ?? '', before ?? { ...key }, {
      names: Update?.ExpressionAttributeNames,
      values: Update?.ExpressionAttributeValues,
    });
    return [{ before, after: copied(after) }];
  }

  private replace(before: Item | undefined, after: Item | undefined): void {
    const { PK, SK } = keyOf(after ?? before ?? {});
    for (const { name, partitionKey, sortKey } of INDEXES) {
      if (before?.[partitionKey] !== undefined && before[sortKey] !== undefined) {
        this.indexes.get(`${name} ${before[partitionKey]}`)?.delete(before);
      }
      if (after?.[partitionKey] === undefined || after[sortKey] === undefined) continue;
      const entry = `${name} ${after[partitionKey]}`;
      const items = this.indexes.get(entry) ?? new Set();
      this.indexes.set(entry, items.add(after));
    }
    const partition = this.partitions.get(PK) ?? new Map<string, Item>();
    this.partitions.set(PK, partition);
    if (after === undefined) partition.delete(SK);
    else partition.set(SK, after);
  }
}

interface Parts {
  readonly request: {
    readonly ConditionExpression?: string | undefined;
    readonly ExpressionAttributeNames?: Record<string, string> | undefined;
    readonly ExpressionAttributeValues?: Record<string, unknown> | undefined;
    readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
  };
  readonly key: { readonly PK: string; readonly SK: string };
}

function partsOf({ Put, Update, Delete, ConditionCheck }: TransactItem): Parts {
  if (Put !== undefined) return { request: Put, key: keyOf(Put.Item ?? {}) };
  const request = Update ?? Delete ?? ConditionCheck;
  if (request === undefined) throw new Error('An empty part of a transaction');
  return { request, key: keyOf(request.Key ?? {}) };
}

function keyOf({ PK, SK }: Item): { readonly PK: string; readonly SK: string } {
  if (typeof PK !== 'string' || typeof SK !== 'string') throw new Error('An item without its keys');
  return { PK, SK };
}

function inOrder(a: Item, b: Item, keys: readonly string[]): number {
  for (const key of keys) {
    const [one, other] = [String(a[key]), String(b[key])];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** What DynamoDB refuses before it looks at any condition. */
function refuseMalformed(items: readonly TransactItem[]): void {
  const keys = new Set(items.map((item) => `${partsOf(item).key.PK} ${partsOf(item).key.SK}`));
  if (keys.size < items.length) throw malformed('Two parts of a transaction have the same key');
  const fits = items.length > 0 && items.length <= MOST_ITEMS;
  if (!fits) throw malformed('A transaction has 1 to 100 parts');
}

function malformed(message: string): Error {
  return Object.assign(new Error(message), { name: 'ValidationException' });
}

function canceled(reasons: readonly (Record<string, unknown> | undefined)[]): Error {
  return new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: reasons.map((reason) => reason ?? { Code: 'None' }),
  });
}

/** The table keeps what was written, whatever its writer does to it later; without what is undefined. */
function copied<Value>(value: Value): Value;
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isRecord(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const name in value) {
    const inner = value[name];
    if (inner !== undefined) copy[name] = typeof inner === 'object' ? copied(inner) : inner;
  }
  return copy;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
