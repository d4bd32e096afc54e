import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
const STACK: ResolvedStack = {
  stacks: new Map(),
  outputs: {},
  resources: [
    resource('AWS::DynamoDB::GlobalTable', 'things', {
      AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
    }),
    resource('AWS::Lambda::EventSourceMapping', 'mapping', {
      EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/now',
      FunctionName: 'listener',
    }),
  ],
};
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

/** @returns a reader of what is delivered, one record after the other. */
function listening(name: string, idleMilliseconds: number) {
  const keys: string[] = [];
  const waiting: (() => void)[] = [];
  const streams = new Streams({
    ...{ stack: STACK, credentials: CREDENTIALS, endpoint: engine.url, idleMilliseconds },
    checkpoints: new Checkpoints(join(folder, `${name}.json`)),
    queues: { send: () => undefined },
    invoker: {
      async invoke(_function, payload) {
        keys.push(JSON.stringify(payload));
        for (const wake of waiting.splice(0)) wake();
        return { kind: 'success', payload: {} };
      },
    },
  });
  parts.push(streams);
  streams.start();
  const delivered = async (key: string) => {
    while (!keys.some((text) => text.includes(key))) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { streams, delivered };
}

async function put(endpoint: string, key: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  await client.send(new PutCommand({ TableName: 'things', Item: { PK: key } }));
  client.destroy();
}

describe('a stream of the local table', () => {
  it('is looked at as soon as a function has written', async () => {
    const { streams, delivered } = listening('told', AN_HOUR);
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
    const { delivered } = listening('alone', 1);
    await put(engine.url, 'third');
    await expect(delivered('third')).resolves.toBeUndefined();
  });

  it('is read from its beginning where it ends before what was dealt with: its table is out of a backup', async () => {
    new Checkpoints(join(folder, 'ahead.json')).set('mapping shardId-00000001-things', '1000000');
    const { delivered } = listening('ahead', 1);
    await put(engine.url, 'fourth');
    await expect(delivered('fourth')).resolves.toBeUndefined();
  });
});
