import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import aws4 from 'aws4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionTokenOf } from '../../local/runtime/rights/guard.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import {
  type Clients,
  type ServicesWithRights,
  startServicesWithRights,
} from './services-with-rights.ts';

/** Services as a function with few rights meets them, and as the owner of the data folder does. */

let folder: string;
let services: ServicesWithRights;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rights-'));
  services = await startServicesWithRights(folder);
  const owner = services.clientsFor(undefined);
  for (const Key of ['kept/x', 'archives/x']) {
    await owner.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'x' }));
  }
});

afterAll(async () => {
  await services.close();
  await rm(folder, { recursive: true, force: true });
});

const query = (key: string) => (clients: Clients) =>
  clients.dynamodb.send(
    new QueryCommand({
      TableName: 'things',
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': key },
    }),
  );
const Put = { TableName: 'things', Item: { PK: 'A#1', SK: 'x' } };
const Entries = (Source: string) => [{ Source, DetailType: 'x', Detail: '{}' }];

const MAY: readonly (readonly [string, (clients: Clients) => Promise<unknown>])[] = [
  ['query its partitions', query('A#1')],
  [
    'put in a transaction',
    ({ dynamodb }) => dynamodb.send(new TransactWriteCommand({ TransactItems: [{ Put }] })),
  ],
  [
    'read its objects',
    ({ s3 }) => s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'kept/x' })),
  ],
  [
    'read its secret',
    ({ secrets }) => secrets.send(new GetSecretValueCommand({ SecretId: 'arn:secret' })),
  ],
  [
    'put its events',
    ({ events }) => events.send(new PutEventsCommand({ Entries: Entries('ours') })),
  ],
];

const MAY_NOT: readonly (readonly [string, (clients: Clients) => Promise<unknown>, string])[] = [
  ['query others', query('B#1'), 'AccessDeniedException'],
  [
    'put outside of a transaction',
    ({ dynamodb }) => dynamodb.send(new PutCommand(Put)),
    'AccessDeniedException',
  ],
  [
    'read other objects',
    ({ s3 }) => s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'archives/x' })),
    '403',
  ],
  [
    'write its objects',
    ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'kept/x', Body: 'y' })),
    '403',
  ],
  [
    'write its secret',
    ({ secrets }) =>
      secrets.send(new PutSecretValueCommand({ SecretId: 'arn:secret', SecretString: 'y' })),
    'AccessDeniedException',
  ],
  [
    'start executions',
    ({ states }) =>
      states.send(
        new StartExecutionCommand({ stateMachineArn: 'arn:machine', name: 'x', input: '{}' }),
      ),
    'AccessDeniedException',
  ],
  [
    "put others' events",
    ({ events }) => events.send(new PutEventsCommand({ Entries: Entries('theirs') })),
    'AccessDeniedException',
  ],
];

/** Name of the error or, where the service has none, the status of its answer. */
async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    const { name, $metadata } = Object(error);
    return name.endsWith('Exception') ? name : String($metadata?.httpStatusCode);
  }
}

describe('a function', () => {
  it.each(MAY)('may %s', async (_what, call) => {
    expect(await errorOf(call(services.clientsFor('reader')))).toBe('none');
  });

  it.each(MAY_NOT)('may not %s', async (_what, call, error) => {
    expect(await errorOf(call(services.clientsFor('reader')))).toBe(error);
  });

  it('may ask for an execution that is not there, and is told so', async () => {
    const call = services
      .clientsFor('reader')
      .states.send(new DescribeExecutionCommand({ executionArn: 'arn:execution' }));
    await expect(call).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });
});

describe('a link that a function made', () => {
  const statusOf = async (path: string) => {
    const { host } = new URL(services.urls.s3);
    const signed = aws4.sign(
      { service: 's3', region: 'us-east-1', method: 'GET', host, path, signQuery: true },
      { ...CREDENTIALS, sessionToken: sessionTokenOf('reader') },
    );
    return (await fetch(`${services.urls.s3}${signed.path}`)).status;
  };

  it.each([
    ['/bucket/kept/x', 200],
    ['/bucket/archives/x', 403],
  ])('is good for what the function may read: %s is a %d', async (path, status) => {
    expect(await statusOf(`${path}?X-Amz-Expires=60`)).toBe(status);
  });

  it.each([
    [240, 200],
    [360, 403],
  ])(
    'is good for so long as it says: one of five minutes, after %d seconds, is a %d',
    async (seconds, status) => {
      const date = new Date(Date.now() - seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
      expect(await statusOf(`/bucket/kept/x?X-Amz-Expires=300&X-Amz-Date=${date}`)).toBe(status);
    },
  );
});

describe('the owner', () => {
  it.each(MAY_NOT.filter(([what]) => what !== 'start executions'))(
    'may %s',
    async (_what, call) => {
      expect(await errorOf(call(services.clientsFor(undefined)))).toBe('none');
    },
  );
});
