import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
} from '@aws-sdk/client-dynamodb-streams';
import {
  type FunctionInvoker,
  LOCAL_REGION,
  type LocalCredentials,
  type ResolvedStack,
  type Resource,
  type RunningPart,
} from '../contract.ts';
import { type DeliveryOptions, deliver, type StreamRecord } from './batch.ts';
import type { Checkpoints } from './checkpoints.ts';
import { letterOf, type Shard } from './discarded-batch.ts';
import { matches } from './pattern.ts';

export interface StreamsOptions {
  readonly stack: ResolvedStack;
  readonly invoker: FunctionInvoker;
  readonly checkpoints: Pick<Checkpoints, 'get' | 'set'>;
  readonly queues: { send(queueArn: string, body: string): unknown };
  readonly credentials: LocalCredentials;
  /** Address of the DynamoDB engine. */
  readonly endpoint: string;
  /** Between two looks at a stream that had nothing new. */
  readonly idleMilliseconds?: number;
}

/** As often as Lambda looks (Developer Guide, "Polling and batching streams"), where nobody says that there is something. */
const IDLE_MS = 250;
/** A stream of DynamoDB forgets its records after a day; the engine here keeps them. */
const KEPT_MS = 86_400_000;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;

/** Polls the streams behind the stack's event source mappings; batch after batch, whatever the parallelization factor. */
export class Streams implements RunningPart {
  private readonly options: StreamsOptions;
  private readonly tables: DynamoDBClient;
  private readonly client: DynamoDBStreamsClient;
  private readonly closing = new AbortController();
  private loops: Promise<void>[] = [];
  /** How often somebody said that there is something. */
  private told = 0;
  private readonly resting = new Set<() => void>();

  constructor(options: StreamsOptions) {
    this.options = options;
    const config = {
      endpoint: options.endpoint,
      region: LOCAL_REGION,
      credentials: options.credentials,
    };
    this.tables = new DynamoDBClient(config);
    this.client = new DynamoDBStreamsClient(config);
  }

  /** Resolves once the streams are found; from then on nothing ends the reading of them but `close`. */
  async start(): Promise<void> {
    const { resources } = this.options.stack;
    const shards = await Promise.all(
      resources
        .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
        .map((mapping) => this.shardsOf(mapping)),
    );
    this.loops = shards.flat().map((shard) => this.pollShard(shard));
  }

  /** Something was written: every stream is looked at now. */
  look(): void {
    this.told += 1;
    for (const wake of this.resting) wake();
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.tables.destroy();
    this.client.destroy();
    await Promise.allSettled(this.loops);
  }

  private async shardsOf(mapping: Resource): Promise<readonly Shard[]> {
    const table = /:table\/([^/]+)\/stream\//.exec(String(mapping.properties.EventSourceArn))?.[1];
    if (table === undefined) {
      throw new Error(`${mapping.logicalId}: the local stack reads streams of tables only.`);
    }
    const { Table } = await this.tables.send(new DescribeTableCommand({ TableName: table }));
    const StreamArn = Table?.LatestStreamArn;
    if (StreamArn === undefined) throw new Error(`The table ${table} has no stream`);
    const { StreamDescription } = await this.client.send(new DescribeStreamCommand({ StreamArn }));
    const shards = StreamDescription?.Shards ?? [];
    return shards.map(({ ShardId: id = '' }) => ({
      mapping,
      streamArn: StreamArn,
      id,
      key: `${mapping.logicalId} ${id}`,
    }));
  }

  private async pollShard(shard: Shard): Promise<void> {
    let iterator: string | undefined;
    while (!this.closing.signal.aborted) {
      try {
        iterator ??= await this.iterator(shard, this.options.checkpoints.get(shard.key));
        const { told } = this;
        const page = await this.client.send(new GetRecordsCommand({ ShardIterator: iterator }));
        const records = page.Records ?? [];
        if (!(await this.deliverAll(shard, records))) return;
        iterator = page.NextShardIterator;
        // What was written since this look began may not have been in it.
        if (records.length === 0 && told === this.told) {
          await this.pause(this.options.idleMilliseconds ?? IDLE_MS, this.resting);
        }
      } catch {
        // The engine is busy or going down; from the last checkpoint on nothing is lost.
        iterator = undefined;
        await this.pause(FIRST_RETRY_MS);
      }
    }
  }

  /** Behind the last record that was dealt with; from the beginning where there is none so late: the table is out of a backup, or new. */
  private async iterator(shard: Shard, last: string | undefined): Promise<string | undefined> {
    const goesOn = last !== undefined && (await this.hasFrom(last, shard));
    return this.iteratorAt(
      shard,
      goesOn
        ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last }
        : { ShardIteratorType: 'TRIM_HORIZON' },
    );
  }

  /** The last record of a table is never removed (stream-records.ts), so that one of its own numbers is always found. */
  private async hasFrom(SequenceNumber: string, shard: Shard): Promise<boolean> {
    const place = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber } as const;
    const ShardIterator = await this.iteratorAt(shard, place);
    const { Records = [] } = await this.client.send(
      new GetRecordsCommand({ ShardIterator, Limit: 1 }),
    );
    return Records.length > 0;
  }

  private async iteratorAt(
    { streamArn: StreamArn, id: ShardId }: Shard,
    place: Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'SequenceNumber'>,
  ): Promise<string | undefined> {
    const command = new GetShardIteratorCommand({ StreamArn, ShardId, ...place });
    return (await this.client.send(command)).ShardIterator;
  }

  /** @returns false when the stack was closed on the way; the checkpoint stays behind what was delivered. */
  private async deliverAll(shard: Shard, records: readonly _Record[]): Promise<boolean> {
    const { mapping, streamArn, key } = shard;
    const size = Number(mapping.properties.BatchSize ?? 100);
    const oldest = Date.now() - KEPT_MS;
    const wanted = records
      .filter(({ dynamodb }) => Number(dynamodb?.ApproximateCreationDateTime ?? oldest) >= oldest)
      .map((record) => eventRecord(record, streamArn))
      .filter((record) => patternsOf(mapping).some((pattern) => matches(pattern, record)));
    for (let start = 0; start < wanted.length; start += size) {
      const done = await deliver(wanted.slice(start, start + size), this.delivery(shard));
      if (!done) return false;
    }
    const last = records.at(-1)?.dynamodb?.SequenceNumber;
    // What is not for the function may come again; to keep a place waits for the disk.
    if (wanted.length > 0 && last !== undefined) this.options.checkpoints.set(key, last);
    return true;
  }

  private delivery(shard: Shard): DeliveryOptions {
    const { properties } = shard.mapping;
    const destination = JSON.stringify(properties.DestinationConfig ?? {});
    const queue = /"Destination":"([^"]+)"/.exec(destination)?.[1];
    return {
      invoker: this.options.invoker,
      functionName: String(properties.FunctionName),
      retries: boundOf(properties.MaximumRetryAttempts),
      ageMs: boundOf(properties.MaximumRecordAgeInSeconds) * 1000,
      bisect: properties.BisectBatchOnFunctionError === true,
      reportsFailures: JSON.stringify(properties.FunctionResponseTypes ?? []).includes(
        'ReportBatch',
      ),
      pause: (attempt) => this.pause(Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS)),
      setAside: (batch, condition, tries) => {
        if (queue === undefined) return;
        this.options.queues.send(queue, JSON.stringify(letterOf(shard, batch, condition, tries)));
      },
      isClosed: () => this.closing.signal.aborted,
    };
  }

  /** @param wakers has what ends the pause early, as long as it lasts. */
  private pause(milliseconds: number, wakers?: Set<() => void>): Promise<void> {
    return new Promise((resolve) => {
      if (this.closing.signal.aborted) return resolve();
      const wake = () => {
        clearTimeout(timer);
        this.closing.signal.removeEventListener('abort', wake);
        wakers?.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.closing.signal.addEventListener('abort', wake);
      wakers?.add(wake);
    });
  }
}

/** Without a bound, or with -1, there is none. */
function boundOf(value: unknown): number {
  const bound = Number(value ?? -1);
  return bound === -1 ? Number.POSITIVE_INFINITY : bound;
}

function patternsOf({ properties }: Resource): readonly unknown[] {
  const criteria = properties.FilterCriteria;
  if (typeof criteria !== 'object' || criteria === null || !('Filters' in criteria)) return [{}];
  const { Filters: filters } = criteria;
  return Array.isArray(filters) ? filters.map(({ Pattern }) => JSON.parse(String(Pattern))) : [{}];
}

function eventRecord(record: _Record, eventSourceARN: string): StreamRecord {
  const { eventID = '', dynamodb, ...rest } = record;
  return {
    eventID,
    ...rest,
    dynamodb: { ...dynamodb, SequenceNumber: dynamodb?.SequenceNumber ?? '' },
    ...{ eventSourceARN },
  };
}
