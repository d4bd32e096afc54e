import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EngineMissingError,
  startDynamoDb,
  TableMismatchError,
} from '../../local/runtime/services/dynamodb.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { config, resource, stackOf } from './services.ts';

/** The table behind the functions, spoken to with the SDK's own clients. */

/** @param indexKeys those of the index `BySort`; without any there is none. */
const table = (sortKey: string, indexKeys: readonly string[] = []) =>
  resource('AWS::DynamoDB::GlobalTable', 'Things', {
    AttributeDefinitions: [
      { AttributeName: 'PK', AttributeType: 'S' },
      { AttributeName: sortKey, AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'PK', KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
    ...(indexKeys.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: [
            {
              IndexName: 'BySort',
              KeySchema: indexKeys.map((AttributeName, place) => ({
                AttributeName,
                KeyType: place === 0 ? 'HASH' : 'RANGE',
              })),
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
    StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
  });

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'services-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the table', () => {
  const start = (sortKey = 'SK') =>
    startDynamoDb({
      stack: stackOf(table(sortKey)),
      file: join(folder, 'db.sqlite'),
      credentials: CREDENTIALS,
    });

  it('is made as the template says, and keeps its items between starts', async () => {
    const first = await start();
    const client = new DynamoDBClient(config(first.url));
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'things' }));
    expect(Table?.LatestStreamArn).toEqual(expect.any(String));
    await client.send(new PutCommand({ TableName: 'things', Item: { PK: 'a', SK: 'b' } }));
    await first.close();

    const second = await start();
    const again = new DynamoDBClient(config(second.url));
    const { Item } = await again.send(
      new GetCommand({ TableName: 'things', Key: { PK: 'a', SK: 'b' } }),
    );
    await second.close();
    expect(Item).toEqual({ PK: 'a', SK: 'b' });
  });

  it('has nothing of what was deleted in its file after the next start', async () => {
    const first = await start();
    const client = new DynamoDBClient(config(first.url));
    const keys = Array.from({ length: 20 }, (_, index) => ({ PK: 'a', SK: `${index}` }));
    for (const key of keys) {
      const Item = { ...key, payee: 'Forgotten Payee'.repeat(20) };
      await client.send(new PutCommand({ TableName: 'things', Item }));
    }
    for (const Key of keys) await client.send(new DeleteCommand({ TableName: 'things', Key }));
    await first.close();
    await (await start()).close();
    const files = (await readdir(folder)).filter((name) => name.startsWith('db.sqlite'));
    const contents = await Promise.all(files.map((name) => readFile(join(folder, name), 'latin1')));
    expect(files).toContain('db.sqlite');
    expect(contents.filter((content) => content.includes('Forgotten Payee'))).toEqual([]);
  });

  it('on disk with other keys than the template is refused with what to do that loses nothing', async () => {
    await (await start()).close();
    await expect(start('Other')).rejects.toThrow(TableMismatchError);
    await expect(start('Other')).rejects.toThrow(/start it with that version, .* or .* --data/);
  });

  it('on disk with other indexes than the template is refused too, and with the same is not', async () => {
    const withIndex = (...keys: readonly string[]) =>
      startDynamoDb({
        stack: stackOf(table('SK', keys)),
        file: join(folder, 'indexed.sqlite'),
        credentials: CREDENTIALS,
      });
    for (const _start of ['first', 'second']) await (await withIndex('SK', 'PK')).close();
    await expect(withIndex('SK')).rejects.toThrow(TableMismatchError);
    await expect(withIndex()).rejects.toThrow(TableMismatchError);
  });

  it('without its engine is not said to be damaged', async () => {
    const common = { stack: stackOf(table('SK')), credentials: CREDENTIALS };
    const started = startDynamoDb({
      ...common,
      file: join(folder, 'whole.sqlite'),
      command: join(folder, 'nowhere'),
    });
    await expect(started).rejects.toThrow(EngineMissingError);
    await expect(started).rejects.toThrow('npm ci');
  });
});

describe("the table's stream", () => {
  /** What the engine does before each write, and to read on after what it has read. */
  const statements = [
    'SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?',
    'SELECT keys_json FROM _stream_records WHERE table_name = ? AND shard_id = ? AND CAST(sequence_number AS INTEGER) > ? ORDER BY CAST(sequence_number AS INTEGER)',
  ];

  it('is not gone through from its beginning at each write and each look', async () => {
    const file = join(folder, 'stream.sqlite');
    const stack = stackOf(table('SK'));
    const engine = await startDynamoDb({ stack, file, credentials: CREDENTIALS });
    await engine.close();
    const database = new DatabaseSync(file);
    for (const statement of statements) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
      expect(plan.map(({ detail }) => detail)).toEqual([expect.stringMatching(/^SEARCH .* INDEX/)]);
    }
    database.close();
  });
});
