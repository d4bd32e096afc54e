import { type ChildProcess, spawn } from 'node:child_process';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ATTRIBUTE, INDEX } from '../../functions/names.ts';
import { enginePath } from '../../local/runtime/services/dynamodb.ts';
import { portOfItsOwn } from '../run/port.ts';

/** A DynamoDB engine for tests: the embedded one, or whatever answers at an address. */
export interface Engine {
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  /** Removes the tables that were made through it, and ends it unless it was there before. */
  stop(): Promise<void>;
}

const madeThrough = new WeakMap<Engine, Set<string>>();

/** Starts an embedded engine. @param file with its tables; without one they are in memory. */
export async function startEngine(file?: string): Promise<Engine> {
  const port = await portOfItsOwn();
  return connected(`http://127.0.0.1:${port}`, spawnEngine(port, file));
}

/** Connects to the engine at an address. */
export async function connectEngine(endpoint: string): Promise<Engine> {
  return connected(endpoint);
}

async function connected(endpoint: string, own?: ChildProcess): Promise<Engine> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 30,
  });
  await client.send(new ListTablesCommand({}));
  const tables = new Set<string>();
  const engine: Engine = {
    client,
    documents: DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    }),
    async stop() {
      if (own === undefined) {
        for (const TableName of tables) await client.send(new DeleteTableCommand({ TableName }));
      }
      client.destroy();
      own?.kill('SIGKILL');
    },
  };
  madeThrough.set(engine, tables);
  return engine;
}

/** A table with the keys and indexes of the product. */
export async function createTable(engine: Engine, tableName: string): Promise<void> {
  const indexes = Object.values(INDEX);
  const attributes = new Set([
    ATTRIBUTE.partitionKey,
    ATTRIBUTE.sortKey,
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
  ]);
  const keys = (partitionKey: string, sortKey: string) => [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
  await engine.client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: keys(ATTRIBUTE.partitionKey, ATTRIBUTE.sortKey),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: index === INDEX.openWork ? 'KEYS_ONLY' : 'ALL' },
      })),
    }),
  );
  madeThrough.get(engine)?.add(tableName);
}

function spawnEngine(port: number, file: string | undefined): ChildProcess {
  const args = [
    'serve',
    '--port',
    String(port),
    ...(file === undefined ? [] : ['--db-path', file]),
  ];
  const engine = spawn(enginePath(), args, { stdio: 'ignore' });
  process.once('exit', () => engine.kill('SIGKILL'));
  return engine;
}
