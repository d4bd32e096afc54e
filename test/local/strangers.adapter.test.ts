import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DownloadLinks } from '../../functions/handlers/adapters/download-links.ts';
import type { ResolvedStack, Resource, RunningPart } from '../../local/runtime/contract.ts';
import { startDynamoDb } from '../../local/runtime/services/dynamodb.ts';
import { startDynamoDbFront } from '../../local/runtime/services/dynamodb-front.ts';
import { LONGEST_BYTES } from '../../local/runtime/services/loopback-service.ts';
import { startS3 } from '../../local/runtime/services/s3.ts';
import { SecretVault, startSecrets } from '../../local/runtime/services/secrets.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import { OWNER_ALONE } from './owner.ts';

/** Who knows where table and bucket of this machine are, and has no credentials: pages in its browsers, holders of a link. */

const resource = (type: string, logicalId: string, properties = {}): Resource => ({
  ...{ type, logicalId, physicalId: logicalId.toLowerCase(), arn: `arn:${logicalId}`, properties },
});
const STACK: ResolvedStack = {
  stacks: new Map(),
  outputs: {},
  resources: [
    resource('AWS::DynamoDB::GlobalTable', 'Things', {
      AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
    }),
    resource('AWS::S3::Bucket', 'Store'),
  ],
};

let folder: string;
const parts: RunningPart[] = [];
const running = <Part extends RunningPart>(part: Part) => {
  parts.push(part);
  return part;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strangers-'));
});
afterAll(async () => {
  await Promise.all(parts.map((part) => part.close()));
  await rm(folder, { recursive: true, force: true });
});

describe('the table', () => {
  let engine: string;
  let front: string;

  beforeAll(async () => {
    const common = { stack: STACK, credentials: CREDENTIALS, guard: OWNER_ALONE };
    engine = running(await startDynamoDb({ ...common, file: join(folder, 'db.sqlite') })).url;
    front = running(await startDynamoDbFront({ ...common, engine })).url;
  });

  it('has its engine on a port that browsers do not call: it answers pages of any origin', async () => {
    const refusal = { cause: new Error('bad port') };
    await expect(fetch(engine)).rejects.toMatchObject(refusal);
  });

  it.each([
    ['signs with the credentials', CREDENTIALS, undefined],
    [
      'has no more than the access key',
      { ...CREDENTIALS, secretAccessKey: 'guessed' },
      'InvalidSignatureException',
    ],
  ])('answers who %s: %#', async (_who, credentials, refusal) => {
    const client = new DynamoDBClient({ endpoint: front, region: 'us-east-1', credentials });
    const asked = client.send(new GetCommand({ TableName: 'things', Key: { PK: 'a' } }));
    const answer = await asked.then(() => undefined).catch(({ name }: Error) => name);
    expect(answer).toBe(refusal);
  });
});

it('what is longer than a service takes is refused, and not kept in memory until it is known whose it is', async () => {
  const vault = new SecretVault(join(folder, 'secrets.json'));
  const common = { stack: STACK, credentials: CREDENTIALS, guard: OWNER_ALONE };
  const { url } = running(await startSecrets({ ...common, vault }));
  const { status } = await fetch(url, { method: 'POST', body: Buffer.alloc(LONGEST_BYTES + 1) });
  expect(status).toBe(413);
});

it('an address that cannot be decoded is refused, and the bucket goes on', async () => {
  const common = { stack: STACK, credentials: CREDENTIALS, guard: OWNER_ALONE };
  const { url } = running(await startS3({ ...common, folder: join(folder, 'odd') }));
  for (const path of ['store/%zz', '%zz/key', 'store/%E0%A4%A?X-Amz-Algorithm=AWS4-HMAC-SHA256']) {
    expect((await fetch(`${url}/${path}`)).status).toBe(400);
  }
});

it('a link leads to its object, and nowhere without its signature', async () => {
  const { url } = running(
    await startS3({
      stack: STACK,
      folder: join(folder, 'buckets'),
      credentials: CREDENTIALS,
      guard: OWNER_ALONE,
    }),
  );
  const region = 'us-east-1';
  const client = new S3Client({ endpoint: url, region, credentials: CREDENTIALS });
  for (const Key of ['linked', 'other']) {
    await client.send(new PutObjectCommand({ Bucket: 'store', Key, Body: Key }));
  }
  const signing = () => ({ region, credentials: CREDENTIALS, endpoint: url });
  const link = new DownloadLinks(signing, 'store').create('linked', 'budget.zip', 60);
  expect(await (await fetch(link)).text()).toBe('linked');

  const bare = `${url}/store/other`;
  const shown = `X-Amz-Credential=${CREDENTIALS.accessKeyId}%2F`;
  const key = {
    authorization: `Credential=${CREDENTIALS.accessKeyId}/`,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
  };
  const answers = await Promise.all([
    fetch(link.replace('/linked?', '/other?')),
    fetch(`${bare}?${shown}`),
    fetch(`${bare}?${shown}#&X-Amz-Algorithm=AWS4-HMAC-SHA256`),
    fetch(`${bare}?${'a&'.repeat(1001)}${shown}&X-Amz-Algorithm=AWS4-HMAC-SHA256`),
    fetch(bare, { headers: key }),
    fetch(`${url}/store/?list-type=2&${shown}`),
    fetch(`${url}/store/?list-type=2`, { headers: key }),
    fetch(`${bare}?${shown}`, { method: 'PUT', body: 'x' }),
    fetch(`${bare}?${shown}`, { method: 'DELETE' }),
  ]);
  expect(answers.map(({ ok }) => ok)).toEqual(answers.map(() => false));
});
