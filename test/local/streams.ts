import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { InvocationResult, Resource, RunningPart } from '../../local/runtime/contract.ts';
import { Checkpoints } from '../../local/runtime/events/checkpoints.ts';
import { Streams } from '../../local/runtime/events/streams.ts';
import { startDynamoDb } from '../../local/runtime/services/dynamodb.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { resource, stackOf } from './services.ts';

/** A table of a real engine, and readers of its stream. */

const TABLE = resource('AWS::DynamoDB::GlobalTable', 'things', {
  AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
  StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
});
/** @param settings of the mapping that reads the table's stream. */
const stackWith = (settings: Resource['properties'] = {}) =>
  stackOf(
    TABLE,
    resource('AWS::Lambda::EventSourceMapping', 'mapping', {
      EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/now',
      FunctionName: 'listener',
      ...settings,
    }),
  );
export const STACK = stackWith();
export const OK: InvocationResult = { kind: 'success', payload: {} };

/** A filter of a mapping. */
export const startingWith = (prefix: string) => {
  const Pattern = JSON.stringify({ dynamodb: { Keys: { PK: { S: [{ prefix }] } } } });
  return { FilterCriteria: { Filters: [{ Pattern }] } };
};

export async function put(endpoint: string, key: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  await client.send(new PutCommand({ TableName: 'things', Item: { PK: key } }));
  client.destroy();
}

export class TableWithStream {
  readonly url: string;
  /** Of the engine, and of the places in its stream. */
  readonly folder: string;
  private readonly parts: RunningPart[];

  private constructor(folder: string, engine: RunningPart & { readonly url: string }) {
    [this.url, this.folder, this.parts] = [engine.url, folder, [engine]];
  }

  static async open(): Promise<TableWithStream> {
    const folder = await mkdtemp(join(tmpdir(), 'streams-'));
    const file = join(folder, 'db.sqlite');
    const engine = await startDynamoDb({ stack: STACK, file, credentials: CREDENTIALS });
    return new TableWithStream(folder, engine);
  }

  /** Ends with the table. */
  running<Part extends RunningPart>(part: Part): Part {
    this.parts.unshift(part);
    return part;
  }

  /** Everything that was written was written so much earlier. */
  age(seconds: number): void {
    const database = new DatabaseSync(join(this.folder, 'db.sqlite'), { timeout: 10_000 });
    database.exec(`UPDATE _stream_records SET created_at = created_at - ${seconds}`);
    database.close();
  }

  /**
   * @param name of the file with its places.
   * @param answer what the function makes of a call; all is well unless given.
   * @returns a reader of what is delivered, call after call, and the first letter of what was set aside.
   */
  async listening(
    name: string,
    idleMilliseconds: number,
    settings: Resource['properties'] = {},
    answer: (text: string) => Promise<InvocationResult> = async () => OK,
  ) {
    const calls: string[] = [];
    const waiting: (() => void)[] = [];
    const letter = Promise.withResolvers<unknown>();
    const checkpoints = new Checkpoints(join(this.folder, `${name}.json`));
    const streams = new Streams({
      ...{ credentials: CREDENTIALS, endpoint: this.url, idleMilliseconds, checkpoints },
      stack: stackWith(settings),
      queues: { send: (queue, body) => letter.resolve({ queue, ...JSON.parse(body) }) },
      invoker: {
        async invoke(_function, payload) {
          const text = JSON.stringify(payload);
          calls.push(text);
          for (const wake of waiting.splice(0)) wake();
          return answer(text);
        },
      },
    });
    this.running(streams);
    await streams.start();
    const delivered = async (key: string) => {
      while (!calls.some((text) => text.includes(key))) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    };
    return { streams, checkpoints, delivered, calls, letter: letter.promise };
  }

  async close(): Promise<void> {
    for (const part of this.parts) await part.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
