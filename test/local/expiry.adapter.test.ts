import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ResolvedStack, RunningPart } from '../../local/runtime/contract.ts';
import { startDynamoDb } from '../../local/runtime/services/dynamodb.ts';
import { Expiry, type ExpiryOptions } from '../../local/runtime/services/expiry.ts';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { startS3 } from '../../local/runtime/services/s3.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { OWNER_ALONE } from './owner.ts';

/** What AWS removes by itself is removed on this machine too. */

const DAY_MS = 86_400_000;

const STACK: ResolvedStack = {
  stacks: new Map(),
  outputs: {},
  resources: [
    {
      type: 'AWS::DynamoDB::GlobalTable',
      logicalId: 'Things',
      physicalId: 'things',
      arn: 'arn:things',
      properties: {
        AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    },
    {
      type: 'AWS::S3::Bucket',
      logicalId: 'Store',
      physicalId: 'store',
      arn: 'arn:store',
      properties: {
        LifecycleConfiguration: {
          Rules: [
            { ExpirationInDays: 30, Prefix: 'kept/', Status: 'Enabled' },
            { ExpirationInDays: 1, Prefix: 'paused/', Status: 'Disabled' },
            { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
          ],
        },
      },
    },
  ],
};

let folder: string;
let parts: Omit<ExpiryOptions, 'stack'>;
let dynamodb: RunningPart & { readonly url: string };
let s3: RunningPart & { readonly url: string };
let expiry: Expiry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'expiry-'));
  dynamodb = await startDynamoDb({
    stack: STACK,
    file: join(folder, 'db.sqlite'),
    credentials: CREDENTIALS,
  });
  s3 = await startS3({
    stack: STACK,
    folder: join(folder, 'buckets'),
    credentials: CREDENTIALS,
    guard: OWNER_ALONE,
  });
  parts = {
    credentials: CREDENTIALS,
    dynamodb: dynamodb.url,
    tables: join(folder, 'db.sqlite'),
    buckets: join(folder, 'buckets'),
  };
  expiry = new Expiry({ stack: STACK, ...parts });
});

afterAll(async () => {
  await expiry?.close();
  await s3?.close();
  await dynamodb?.close();
  await rm(folder, { recursive: true, force: true });
});

const config = (endpoint: string) => ({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });

it('an item goes once its time to live is over, and not before', async () => {
  const client = new DynamoDBClient(config(dynamodb.url));
  const now = Math.floor(Date.now() / 1000);
  const times = new Map([
    ['over', now - 1],
    ['to come', now + 3600],
    ['for ever', undefined],
  ]);
  for (const [PK, expiresAt] of times) {
    const Item = { PK, ...(expiresAt === undefined ? {} : { expiresAt }) };
    await client.send(new PutCommand({ TableName: 'things', Item }));
  }
  await expiry.remove();
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'things' }));
  const left = Items.map(({ PK }) => PK).filter((PK) => times.has(PK));
  expect(left.sort()).toEqual(['for ever', 'to come']);
  client.destroy();
});

const written = async (PK: string, hoursAgo: number) => {
  const client = new DynamoDBClient(config(dynamodb.url));
  await client.send(new PutCommand({ TableName: 'things', Item: { PK, expiresAt: 1 } }));
  const database = new DatabaseSync(join(folder, 'db.sqlite'), { timeout: 10_000 });
  const seconds = Math.floor(Date.now() / 1000) - hoursAgo * 3600;
  database.exec(`UPDATE _stream_records SET created_at = ${seconds}`);
  database.close();
  return {
    async left() {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: 'things' }));
      client.destroy();
      return Items.filter((item) => item.PK === PK).length;
    },
  };
};

it('an item whose time is put off while its removal is on the way stays', async () => {
  const client = new DynamoDBClient(config(dynamodb.url));
  const item = await written('put off', 0);
  const Item = { PK: 'put off', expiresAt: 9_999_999_999 };
  const late = await listenOnLoopback(
    createServer(async (removal, response) => {
      const { headers, method } = removal;
      const isRemoval = headers['x-amz-target']?.includes('DeleteItem');
      if (isRemoval) await client.send(new PutCommand({ TableName: 'things', Item }));
      const passed = request(dynamodb.url, { headers, method }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      removal.pipe(passed);
    }),
  );
  const removing = new Expiry({ stack: STACK, ...parts, dynamodb: late.url });
  await removing.remove();
  await Promise.all([removing.close(), late.close()]);
  client.destroy();
  expect(await item.left()).toBe(1);
});

it.each([
  ['nothing where the last write was more than a month ago: the clock may have jumped', 33 * 24, 1],
  ['what has expired where it is started once a month', 31 * 24, 0],
  ['nothing for half a day after that, in which somebody may see it', 11, 1],
  ['what has expired from then on', 13, 0],
])('a start removes %s', async (_what, hoursAgo, left) => {
  const item = await written(`over for ${hoursAgo}`, hoursAgo);
  const started = new Expiry({ stack: STACK, ...parts });
  started.start();
  await started.close();
  expect(await item.left()).toBe(left);
});

it.each([
  [11, 1],
  [12, 0],
])(
  'of what expired in a stack that nobody has called for months, after %i hours %i is left',
  async (hours, left) => {
    const item = await written(`over in ${hours}`, 90 * 24);
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    const started = new Expiry({ stack: STACK, ...parts });
    started.start();
    vi.advanceTimersByTime(hours * 3_600_000);
    await started.close();
    vi.useRealTimers();
    expect(await item.left()).toBe(left);
  },
);

it('a record of a stream goes after a day, but for the last one, after which the next is numbered', async () => {
  const client = new DynamoDBClient(config(dynamodb.url));
  const write = (PK: string) => client.send(new PutCommand({ TableName: 'things', Item: { PK } }));
  const database = new DatabaseSync(join(folder, 'db.sqlite'), { timeout: 10_000 });
  const numbers = () =>
    database
      .prepare('SELECT CAST(sequence_number AS INTEGER) AS n FROM _stream_records ORDER BY n')
      .all()
      .map(({ n }) => Number(n));
  const age = (hours: number) =>
    database.exec(`UPDATE _stream_records SET created_at = created_at - ${hours * 3600}`);
  // What other tests left goes first: its removal would be a record of now.
  await expiry.remove();
  for (let n = 0; n < 1300; n += 100) await Promise.all(range(100).map((i) => write(`${n + i}`)));
  age(23);
  await expiry.remove();
  const before = numbers();
  expect(before.length).toBeGreaterThan(1200);
  age(2);
  await expiry.remove();
  expect(numbers()).toEqual(before.slice(-1));
  await write('next');
  expect(numbers()).toEqual([...before.slice(-1), Number(before.at(-1)) + 1]);
  database.close();
  client.destroy();
});

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

it('an object goes once it is older than the rule for its prefix allows', async () => {
  const client = new S3Client({ ...config(s3.url), forcePathStyle: true });
  const old = ['kept/old', 'paused/old', 'other/old'];
  for (const Key of ['kept/young', ...old]) {
    await client.send(new PutObjectCommand({ Bucket: 'store', Key, Body: 'copy' }));
  }
  const longAgo = new Date(Date.now() - 31 * DAY_MS);
  const bucket = join(folder, 'buckets', 'store');
  for (const file of await readdir(bucket, { recursive: true })) {
    if (file.includes('old.')) await utimes(join(bucket, file), longAgo, longAgo);
  }
  await expiry.remove();
  const left = ['kept/young', ...old].map(async (Key) => {
    const found = client.send(new GetObjectCommand({ Bucket: 'store', Key }));
    return found.then(
      () => Key,
      (error) => error.name,
    );
  });
  expect(await Promise.all(left)).toEqual(['kept/young', 'NoSuchKey', 'paused/old', 'other/old']);
  client.destroy();
});

it('an object goes also where the table takes no removal, as on a full disk', async () => {
  const client = new S3Client({ ...config(s3.url), forcePathStyle: true });
  await client.send(new PutObjectCommand({ Bucket: 'store', Key: 'kept/large', Body: 'copy' }));
  client.destroy();
  const kept = join(folder, 'buckets', 'store', 'kept');
  const longAgo = new Date(Date.now() - 31 * DAY_MS);
  const isLarge = (file: string) => file.startsWith('large.');
  for (const file of (await readdir(kept)).filter(isLarge)) {
    await utimes(join(kept, file), longAgo, longAgo);
  }
  const refusing = new Expiry({ stack: STACK, ...parts, dynamodb: s3.url });
  await expect(refusing.remove()).rejects.toThrow();
  await refusing.close();
  expect((await readdir(kept)).filter(isLarge)).toEqual([]);
});
