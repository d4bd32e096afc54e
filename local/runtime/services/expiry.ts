import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import {
  LOCAL_REGION,
  type LocalCredentials,
  type ResolvedStack,
  type Resource,
  type RunningPart,
} from '../contract.ts';
import { type Fields, fieldsInList, fieldsOf } from '../fields.ts';
import { TABLE_TYPES } from './dynamodb.ts';
import { removeStreamRecords, wasWritten } from './stream-records.ts';

/**
 * What AWS removes by itself and the services on this machine do not: items whose time to live is over, records of streams
 * after a day, and objects older than their bucket's lifecycle rules allow.
 */

export interface ExpiryOptions {
  readonly stack: ResolvedStack;
  readonly credentials: LocalCredentials;
  /** Address of the tables' engine. */
  readonly dynamodb: string;
  /** File of the tables' engine. */
  readonly tables: string;
  /** Folder that the buckets' server keeps its files in. */
  readonly buckets: string;
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Of a household that is started once a month. */
const PAUSE_MS = 32 * DAY_MS;
/** In which somebody sees that the clock is wrong. */
const WHILE_MS = 12 * HOUR_MS;

type Item = Record<string, AttributeValue>;

export class Expiry implements RunningPart {
  private readonly resources: readonly Resource[];
  private readonly dynamodb: DynamoDBClient;
  private readonly tables: string;
  private readonly buckets: string;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  /** When it was looked for what has expired, by the clock. */
  private readonly looks: number[] = [];
  private removal: Promise<void> = Promise.resolve();

  constructor({ stack, credentials, dynamodb, tables, buckets }: ExpiryOptions) {
    this.resources = stack.resources;
    this.dynamodb = new DynamoDBClient({ region: LOCAL_REGION, credentials, endpoint: dynamodb });
    this.tables = tables;
    this.buckets = buckets;
  }

  /** Removes now, and every hour from now on, unless the clock may have jumped. */
  start(): void {
    this.timer = setInterval(() => this.removeInTurn(), HOUR_MS);
    this.removeInTurn();
  }

  /** Removes what has expired by now. */
  async remove(): Promise<void> {
    try {
      for (const { type, physicalId, properties } of this.resources) {
        if (type === 'AWS::S3::Bucket') await this.removeObjects(physicalId, properties);
      }
    } finally {
      // Only now: a full disk takes no removal of an item, and that of objects makes room on it.
      for (const { type, physicalId, properties } of this.resources) {
        if (TABLE_TYPES.includes(type)) await this.removeItems(physicalId, properties);
      }
      const before = new Date(Date.now() - DAY_MS);
      await removeStreamRecords(this.tables, before, () => this.closed);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.removal;
    this.dynamodb.destroy();
  }

  /** What fails now is tried again in an hour: nothing waits for it. */
  private removeInTurn(): void {
    this.removal = this.removal
      .then(() => (this.isClockKnown() ? this.remove() : undefined))
      .catch(() => undefined);
  }

  /**
   * By a clock that was set years ahead all would be over: half a day ago or more, when something was written or looked for, it
   * has to have been near this time.
   */
  private isClockKnown(): boolean {
    const now = Date.now();
    const looked = this.looks.at(-WHILE_MS / HOUR_MS) ?? 0;
    this.looks.push(now);
    return (
      looked >= now - PAUSE_MS ||
      wasWritten(this.tables, new Date(now - PAUSE_MS), new Date(now - WHILE_MS))
    );
  }

  private async removeItems(TableName: string, properties: Fields): Promise<void> {
    const { AttributeName, Enabled } = fieldsOf(properties.TimeToLiveSpecification);
    if (typeof AttributeName !== 'string' || Enabled === false) return;
    const expired = {
      ExpressionAttributeNames: { '#expiry': AttributeName },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1000)) } },
    };
    const pages = paginateScan(
      { client: this.dynamodb },
      { TableName, FilterExpression: '#expiry < :now', ...expired },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const command = new DeleteItemCommand({
          TableName,
          Key: keyOf(item, properties),
          // Its time may have been put off since it was read.
          ConditionExpression: '#expiry < :now',
          ...expired,
        });
        await this.dynamodb.send(command).catch((error: unknown) => {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
      }
    }
  }

  /** On the files themselves: the buckets' server lists no more than a thousand objects. */
  private async removeObjects(bucket: string, properties: Fields): Promise<void> {
    const rules = fieldsInList(fieldsOf(properties.LifecycleConfiguration).Rules);
    const folder = join(this.buckets, bucket);
    for (const { Status, ExpirationInDays, Prefix = '' } of rules) {
      if (Status !== 'Enabled' || ExpirationInDays === undefined) continue;
      const oldest = Date.now() - Number(ExpirationInDays) * DAY_MS;
      const names = await readdir(folder, { recursive: true });
      for (const name of names.filter((one) => one.startsWith(String(Prefix)))) {
        const file = await stat(join(folder, name)).catch(() => undefined);
        if (file?.isFile() !== true || file.mtimeMs >= oldest) continue;
        await rm(join(folder, name), { force: true });
      }
    }
  }
}

function keyOf(item: Item, properties: Fields): Item {
  const names = fieldsInList(properties.KeySchema).map((part) => String(part.AttributeName));
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}
