import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ATTRIBUTE, INDEX } from '../../functions/names.ts';

/** A real DynamoDB engine for tests: the embedded one, or the one at DYNAMODB_ENDPOINT. */
export interface Engine {
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  stop(): void;
}

export async function startEngine(): Promise<Engine> {
  const given = process.env.DYNAMODB_ENDPOINT;
  const port = await freePort();
  const engine = given === undefined ? spawnEngine(port) : undefined;
  const client = new DynamoDBClient({
    endpoint: given ?? `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 30,
  });
  await client.send(new ListTablesCommand({}));
  return {
    client,
    documents: DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    }),
    stop() {
      client.destroy();
      engine?.kill('SIGKILL');
    },
  };
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
}

function spawnEngine(port: number): ChildProcess {
  const binary = join(
    import.meta.dirname,
    '../../node_modules/@dynoxide',
    `${process.platform}-${process.arch}`,
    'dynoxide',
  );
  const engine = spawn(binary, ['serve', '--port', String(port)], { stdio: 'ignore' });
  process.once('exit', () => engine.kill('SIGKILL'));
  return engine;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
