import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResolvedStack, Resource, RunningPart } from '../../local/runtime/contract.ts';
import { Checkpoints } from '../../local/runtime/events/checkpoints.ts';
import { Streams } from '../../local/runtime/events/streams.ts';
import { startDynamoDb } from '../../local/runtime/services/dynamodb.ts';
import { isWrite, startDynamoDbFront } from '../../local/runtime/services/dynamodb-front.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { OWNER_ALONE } from './owner.ts';

/** Streams of a real engine's table, and when they are looked at. */

const resource = (type: string, id: string, properties: Record<string, unknown>): Resource => ({
  ...{ type, logicalId: id, physicalId: id, arn: `arn:${id}`, properties },
});
const TABLE = resource('AWS::DynamoDB::GlobalTable', 'things', {
  AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
  StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
});
/** @param settings of the mapping that reads the table's stream. */
const stackWith = (settings: Resource['properties'] = {}): ResolvedStack => ({
  stacks: new Map(),
  outputs: {},
  resources: [
    TABLE,
    resource('AWS::Lambda::EventSourceMapping', 'mapping', {
      EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/now',
      FunctionName: 'listener',
      ...settings,
    }),
  ],
});
const STACK = stackWith();
const AN_HOUR = 3_600_000;

let folder: string;
let engine: RunningPart & { readonly url: string };
const parts: RunningPart[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-'));
  engine = await startDynamoDb({
    stack: STACK,
    file: join(folder, 'db.sqlite'),
    credentials: CREDENTIALS,
  });
});

afterAll(async () => {
  await Promise.all(parts.map((part) => part.close()));
  await engine?.close();
  await rm(folder, { recursive: true, force: true });
});

/** @returns a reader of what is delivered, call after call. */
async function listening(
  name: string,
  idleMilliseconds: number,
  settings: Resource['properties'] = {},
) {
  const calls: string[] = [];
  const waiting: (() => void)[] = [];
  const streams = new Streams({
    ...{ credentials: CREDENTIALS, endpoint: engine.url, idleMilliseconds },
    stack: stackWith(settings),
    checkpoints: new Checkpoints(join(folder, `${name}.json`)),
    queues: { send: () => undefined },
    invoker: {
      async invoke(_function, payload) {
        calls.push(JSON.stringify(payload));
        for (const wake of waiting.splice(0)) wake();
        return { kind: 'success', payload: {} };
      },
    },
  });
  parts.push(streams);
  await streams.start();
  const delivered = async (key: string) => {
    while (!calls.some((text) => text.includes(key))) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { streams, delivered, calls };
}

async function put(endpoint: string, key: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  await client.send(new PutCommand({ TableName: 'things', Item: { PK: key } }));
  client.destroy();
}

describe('a stream of the local table', () => {
  it('is looked at as soon as a function has written', async () => {
    const { streams, delivered } = await listening('told', AN_HOUR);
    const front = await startDynamoDbFront({
      ...{ stack: STACK, engine: engine.url, credentials: CREDENTIALS, guard: OWNER_ALONE },
      onCall: (call) => isWrite(call) && streams.look(),
    });
    parts.push(front);
    await put(front.url, 'first');
    await delivered('first');
    // It is at rest by now, or about to be.
    await put(front.url, 'second');
    await expect(delivered('second')).resolves.toBeUndefined();
  });

  it('is looked at by itself for what is written past the functions', async () => {
    const { delivered } = await listening('alone', 1);
    await put(engine.url, 'third');
    await expect(delivered('third')).resolves.toBeUndefined();
  });

  it('is read from its beginning where it ends before what was dealt with: its table is out of a backup', async () => {
    new Checkpoints(join(folder, 'ahead.json')).set('mapping shardId-00000001-things', '1000000');
    const { delivered } = await listening('ahead', 1);
    await put(engine.url, 'fourth');
    await expect(delivered('fourth')).resolves.toBeUndefined();
  });

  it('is read from its beginning where what was kept of it is no place in it', async () => {
    const kept = { 'mapping shardId-00000001-things': 7 };
    await writeFile(join(folder, 'foreign.json'), JSON.stringify(kept));
    const { delivered } = await listening('foreign', 1);
    await put(engine.url, 'fifth');
    await expect(delivered('fifth')).resolves.toBeUndefined();
  });

  it('is given to the function as many records at a time as its mapping says', async () => {
    for (const key of ['one', 'two', 'three']) await put(engine.url, key);
    const { delivered, calls } = await listening('batches', 1, { BatchSize: 2 });
    await delivered('three');
    const sizes = calls.map((text) => JSON.parse(text).Records.length);
    expect(new Set(sizes.slice(0, -1))).toEqual(new Set([2]));
  });

  it('is delivered without what the filters of its mapping leave out', async () => {
    const Pattern = JSON.stringify({ dynamodb: { Keys: { PK: { S: [{ prefix: 'wanted' }] } } } });
    for (const key of ['unwanted', 'wanted']) await put(engine.url, key);
    const { delivered, calls } = await listening('filtered', 1, {
      FilterCriteria: { Filters: [{ Pattern }] },
    });
    await delivered('"wanted"');
    expect(calls.join()).not.toContain('unwanted');
  });

  it('forgets its records after a day, as one of DynamoDB does, though the engine keeps them', async () => {
    await put(engine.url, 'yesterday');
    const database = new DatabaseSync(join(folder, 'db.sqlite'), { timeout: 10_000 });
    database.exec('UPDATE _stream_records SET created_at = created_at - 86401');
    database.close();
    await put(engine.url, 'today');
    const { delivered, calls } = await listening('day', 1);
    await delivered('today');
    expect(calls.join()).not.toContain('yesterday');
  });

  it('that is none fails the start', async () => {
    const EventSourceArn = 'arn:aws:sqs:us-east-1:000000000000:things';
    await expect(listening('none', 1, { EventSourceArn })).rejects.toThrow(
      'mapping: the local stack reads streams of tables only.',
    );
  });
});
