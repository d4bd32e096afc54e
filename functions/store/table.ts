import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { CanceledError, StoreError, StoreUnavailableError } from './errors.ts';
import type { Key } from './keys.ts';
import type { Item } from './rows.ts';
import type { TransactItem } from './writing.ts';

/** The one place that talks to DynamoDB; its errors become the store's here. */

/** How a transaction ended; refused ones say which of its items refused and what lay there. */
export type Transacted =
  | { readonly kind: 'written' }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

export interface Refusal {
  /** Place of the item in the transaction. */
  readonly index: number;
  /** What lay under the key; undefined when nothing did. */
  readonly found: Item | undefined;
}

export type Written = 'written' | 'conflict';

/** What the table is asked through: a document client of the SDK, or a table in memory. */
export interface TableClient {
  send(command: TransactWriteCommand): Promise<unknown>;
  send(command: QueryCommand): Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
  send(
    command: BatchGetCommand,
  ): Promise<Pick<BatchGetCommandOutput, 'Responses' | 'UnprocessedKeys'>>;
}

/** Of one read where those before it were over: so many fill the megabyte that DynamoDB gives at once. */
export const ITEMS_A_READ_MAX = 1000;

/** What an overloaded table leaves out of an answer is asked for again. */
const BATCH_ATTEMPTS = 5;

/** Transactions that met another one on the same item, or no throughput, are sent again. */
const TRANSACTION_ATTEMPTS = 8;

/** Who was first has finished by then. */
const CONFLICT_PAUSE_MS = 20;

/**
 * Doubled each time, 13 s in all: a key takes 1,000 units a second, and a table that gets more to do than ever before takes its
 * time to grow. The SDK sends other calls again by itself, but does not look at the reasons of a transaction.
 */
const THROTTLED_PAUSE_MS = 100;

const THROTTLED: ReadonlySet<string | undefined> = new Set([
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

export interface TableOptions {
  readonly client: TableClient;
  readonly tableName: string;
  /** Waits between attempts at a conflicting transaction, or at what was left out of a batch; milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

export class Table {
  readonly name: string;
  private readonly client: TableClient;
  private readonly pause: (milliseconds: number) => Promise<void>;

  constructor(options: TableOptions) {
    this.name = options.tableName;
    this.client = options.client;
    this.pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /**
   * Writes all items or none. The SDK sends a token with it, so that an attempt which timed out after it was
   * committed is not taken for a refusal when the SDK tries again.
   */
  async transact(items: readonly TransactItem[]): Promise<Transacted> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.client.send(new TransactWriteCommand({ TransactItems: [...items] }));
        return { kind: 'written' };
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw translated(error);
        const reasons = error.CancellationReasons ?? [];
        // An item that is too large, or that an index cannot take: it is no better another time.
        if (reasons.some(({ Code }) => Code === 'ValidationError')) throw malformed(error);
        const refusals = reasons.flatMap(({ Code, Item: found }, index) =>
          Code === 'ConditionalCheckFailed'
            ? [{ index, found: found === undefined ? undefined : unmarshall(found) }]
            : [],
        );
        if (refusals.length > 0) return { kind: 'refused', refusals };
        if (attempt === TRANSACTION_ATTEMPTS) {
          throw new StoreUnavailableError({ cause: new CanceledError(error) });
        }
        const throttled = reasons.some(({ Code }) => THROTTLED.has(Code));
        await this.pause(
          throttled ? THROTTLED_PAUSE_MS * 2 ** (attempt - 1) : CONFLICT_PAUSE_MS * attempt,
        );
      }
    }
  }

  /** For transactions whose refusals all mean the same: somebody else was first. */
  async write(items: readonly TransactItem[]): Promise<Written> {
    return (await this.transact(items)).kind === 'written' ? 'written' : 'conflict';
  }

  /**
   * What lies under these keys, in no order; a key under which nothing lies is left out.
   *
   * @param keys 100 at most, each once.
   */
  async some(keys: readonly Key[]): Promise<readonly Item[]> {
    const items: Item[] = [];
    let left: Record<string, unknown>[] = keys.map((key) => ({ ...key }));
    for (let attempt = 1; left.length > 0; attempt += 1) {
      if (attempt > BATCH_ATTEMPTS) {
        throw new StoreUnavailableError({ cause: new Error('Keys were left out of each answer') });
      }
      if (attempt > 1) await this.pause(attempt * 20);
      const { found, unprocessed } = await this.batch(left);
      items.push(...found);
      left = unprocessed;
    }
    return items;
  }

  private async batch(Keys: Record<string, unknown>[]): Promise<{
    readonly found: readonly Item[];
    readonly unprocessed: Record<string, unknown>[];
  }> {
    try {
      const { Responses = {}, UnprocessedKeys = {} } = await this.client.send(
        new BatchGetCommand({ RequestItems: { [this.name]: { Keys, ConsistentRead: true } } }),
      );
      return {
        found: Responses[this.name] ?? [],
        unprocessed: UnprocessedKeys[this.name]?.Keys ?? [],
      };
    } catch (error) {
      throw translated(error);
    }
  }

  /** The item under a key, as last written. */
  async one({ PK, SK }: Key): Promise<Item | undefined> {
    const { items } = await this.page({
      KeyConditionExpression: 'PK = :pk AND SK = :sk',
      ExpressionAttributeValues: { ':pk': PK, ':sk': SK },
      ConsistentRead: true,
    });
    return items[0];
  }

  /** One page of a query, with the key to go on from. */
  async page(input: Omit<QueryCommandInput, 'TableName'>): Promise<{
    readonly items: readonly Item[];
    readonly next: Record<string, unknown> | undefined;
  }> {
    try {
      const answer = await this.client.send(new QueryCommand({ TableName: this.name, ...input }));
      return { items: answer.Items ?? [], next: answer.LastEvaluatedKey };
    } catch (error) {
      throw translated(error);
    }
  }

  /** The items of a query, page after page. @param most the first ones; all of them, unless given. */
  async all(input: Omit<QueryCommandInput, 'TableName'>, most?: number): Promise<readonly Item[]> {
    const items: Item[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await this.page({
        ...input,
        ...(most !== undefined && { Limit: most - items.length }),
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      });
      items.push(...page.items);
      ExclusiveStartKey = page.next;
    } while (ExclusiveStartKey !== undefined && items.length !== most);
    return items;
  }
}

/** Faults of the service, of the network and of load are for a later attempt; anything else is a mistake of ours. */
function translated(error: unknown): StoreError {
  const name = error instanceof Error ? error.name : 'unknown';
  return name === 'ValidationException'
    ? malformed(error)
    : new StoreUnavailableError({ cause: error });
}

function malformed(cause: unknown): StoreError {
  return new StoreError('The table refused a request as malformed.', { cause });
}
