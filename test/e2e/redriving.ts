import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { expect, vi } from 'vitest';
import { budgetId, jobId } from '../../functions/domain/ids.ts';
import { type Key, openWorkAttributes, queueKey } from '../../functions/store/keys.ts';
import { startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { type Ran, ran } from '../operate/command.ts';
import { PATIENCE_MS } from '../run/patience.ts';
import { synthesized } from './assemblies.ts';
import { CREDENTIALS, type Installation, install } from './installation.ts';

/** What an operator does about what could not be delivered, and the items of a newer version that make it so. */

/** As Lambda sets records of a stream aside. */
export const SET_ASIDE = await readFile(
  join(import.meta.dirname, '../operate/documented/stream-records.json'),
  'utf8',
);

/** The schema of items that no function here can work on. */
export const NEWER = 99;

/** An installation with two budgets, whose server may have mishaps. */
export interface Stage {
  readonly proxy: MishapProxy;
  readonly product: Installation;
  readonly table: Table;
  readonly homes: readonly string[];
  /** Removes the dead letters that nobody has taken out. */
  forgetLetters(): void;
  close(): Promise<void>;
}

export async function openStage(schedules: readonly object[]): Promise<Stage> {
  const [assembly, server] = await Promise.all([synthesized({ schedules }), startActualServer()]);
  const proxy = await proxyTo(server.url);
  const create = () => householdDoes(server.url, [{ do: 'create', transactions: 5 }]);
  const homes = [await create(), await create()];
  const product = await install({ assembly, serverUrl: proxy.url, eventPauses: [10, 10] });
  return {
    proxy,
    product,
    table: new Table(product),
    homes,
    forgetLetters() {
      for (const name of ['Sweep', 'SettleExecution', 'Announce', 'ScheduleFunction']) {
        new DeadLetters(product, name).empty();
      }
    },
    async close() {
      await product.close();
      await proxy.close();
      await server.remove();
    },
  };
}

/** `npm run redrive`, with the endpoints of the stack in its environment. */
export function redrive({ stack }: Installation, options: readonly string[]): Promise<Ran> {
  return ran('redrive', options, { credentials: CREDENTIALS, variables: stack.endpoints });
}

/** The queue whose letters are for a function. */
export class DeadLetters {
  readonly url: string;
  private readonly queues: Installation['stack']['queues'];

  constructor({ stack }: Installation, functionName: string) {
    const letters: readonly { readonly queueUrl: string; readonly functionName: string }[] =
      JSON.parse(String(stack.stack.outputs.DeadLetters));
    this.url = letters.find((one) => one.functionName.includes(functionName))?.queueUrl ?? '';
    this.queues = stack.queues;
  }

  get name(): string {
    return this.url.split('/').at(-1) ?? '';
  }

  get waiting(): number {
    return this.queues.counts(this.url).visible;
  }

  send(letter: string): void {
    this.queues.send(this.url, letter);
  }

  /** Takes the first letter out, as another run does. @returns its receipt. */
  take(): string {
    return String(this.queues.receive(this.url, { most: 1, hiddenSeconds: 3600 })[0]?.receipt);
  }

  remove(receipt: string): void {
    this.queues.delete(this.url, receipt);
  }

  /** Removes all that nobody has taken out. */
  empty(): void {
    while (this.waiting > 0) this.remove(this.take());
  }

  /** Resolves once so many lie there. */
  async reached(count: number): Promise<void> {
    const options = { timeout: PATIENCE_MS, interval: 50 };
    await vi.waitFor(() => expect(this.waiting).toBe(count), options);
  }
}

/** The table, written into past its functions. */
export class Table {
  private readonly client: DynamoDBDocumentClient;
  private readonly name: string;

  constructor({ stack }: Installation) {
    this.client = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        endpoint: String(stack.endpoints.AWS_ENDPOINT_URL_DYNAMODB),
        region: 'us-east-1',
        credentials: CREDENTIALS,
      }),
    );
    const found = stack.stack.resources.find(({ type }) => type === 'AWS::DynamoDB::GlobalTable');
    this.name = String(found?.physicalId);
  }

  async put(item: Readonly<Record<string, unknown>>): Promise<void> {
    await this.client.send(new PutCommand({ TableName: this.name, Item: item }));
  }

  async remove(key: Key): Promise<void> {
    await this.client.send(new DeleteCommand({ TableName: this.name, Key: key }));
  }

  /** How an item looks to a version before the one that wrote it. */
  async setSchema(key: Key, schema: number): Promise<void> {
    await this.client.send(
      new UpdateCommand({
        TableName: this.name,
        Key: key,
        UpdateExpression: 'SET #schema = :schema',
        ExpressionAttributeNames: { '#schema': 'schema' },
        ExpressionAttributeValues: { ':schema': schema },
      }),
    );
  }
}

/** A place in line that no function can work on. Each is of another budget, as the stream may tell of one after its test. */
export class Poison {
  private readonly budget = budgetId(randomUUID());
  private readonly key = queueKey(this.budget, jobId(randomUUID()));
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  put(): Promise<void> {
    return this.table.put({ ...this.key, ...openWorkAttributes(this.budget), schema: NEWER });
  }

  remove(): Promise<void> {
    return this.table.remove(this.key);
  }
}
