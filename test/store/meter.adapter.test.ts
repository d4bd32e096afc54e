import {
  DeleteItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Meter, meter } from '../../functions/store/meter.ts';
import { createTable, type Engine, startEngine } from './engine.ts';

/** What is counted of calls on a real engine. */

const TableName = 'Metered';
let engine: Engine;
let counter: Meter;

beforeAll(async () => {
  engine = await startEngine();
  await createTable(engine, TableName);
  counter = meter(engine.client);
});

beforeEach(async () => {
  await engine.client.send(new DeleteItemCommand({ TableName, Key }));
  counter.take();
});

afterAll(() => engine.stop());

const Key = { PK: { S: 'A' }, SK: { S: 'A' } };
const Item = { ...Key, budgetKey: { S: 'home' }, jobId: { S: '1' } };

describe('the meter', () => {
  const put = () => engine.client.send(new PutItemCommand({ TableName, Item }));

  it.each([
    ['PutItem', async () => {}, put],
    ['DeleteItem', put, () => engine.client.send(new DeleteItemCommand({ TableName, Key }))],
  ])('counts %s as a write, with the index that it is in', async (operation, before, write) => {
    await before();
    counter.take();
    await write();
    const { calls, readUnits, writeUnits } = counter.take();
    expect({ calls, readUnits }).toEqual({ calls: { [operation]: 1 }, readUnits: 0 });
    expect(writeUnits).toBeGreaterThanOrEqual(1);
  });

  it('counts a write of a transaction twice, and that of an index once', async () => {
    const TransactItems = [{ Put: { TableName, Item } }];
    await engine.client.send(new TransactWriteItemsCommand({ TransactItems }));
    expect(counter.take()).toEqual({
      calls: { TransactWriteItems: 1 },
      readUnits: 0,
      writeUnits: 3,
    });
  });

  it('counts a read, through the document client too, and half of it where it may be stale', async () => {
    const command = { TableName, Key: { PK: 'A', SK: 'A' } };
    await engine.documents.send(new GetCommand(command));
    await engine.documents.send(new GetCommand({ ...command, ConsistentRead: true }));
    expect(counter.take()).toEqual({ calls: { GetItem: 2 }, readUnits: 1.5, writeUnits: 0 });
  });

  it('counts a write that the table refuses, which is charged for as well', async () => {
    const ConditionExpression = 'attribute_exists(PK)';
    await expect(
      engine.client.send(new PutItemCommand({ TableName, Item, ConditionExpression })),
    ).rejects.toThrow();
    expect(counter.take()).toEqual({ calls: { PutItem: 1 }, readUnits: 0, writeUnits: 0 });
  });

  it('counts the calls of other clients beside the table, those that fail among them', async () => {
    const bucket = counter.counting(
      new S3Client({ region: 'us-east-1', endpoint: 'http://127.0.0.1:1', maxAttempts: 1 }),
    );
    await expect(
      bucket.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' })),
    ).rejects.toThrow();
    expect(counter.take()).toEqual({ calls: { GetObject: 1 }, readUnits: 0, writeUnits: 0 });
    bucket.destroy();
  });

  it('begins anew after each reading', async () => {
    await put();
    counter.take();
    expect(counter.take()).toEqual({ calls: {}, readUnits: 0, writeUnits: 0 });
  });
});
