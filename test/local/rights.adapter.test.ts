import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import aws4 from 'aws4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResolvedStack, Resource, RunningPart } from '../../local/runtime/contract.ts';
import { RightsGuard, sessionTokenOf } from '../../local/runtime/rights/guard.ts';
import { startDynamoDb } from '../../local/runtime/services/dynamodb.ts';
import { startDynamoDbFront } from '../../local/runtime/services/dynamodb-front.ts';
import { startEventBridge } from '../../local/runtime/services/eventbridge.ts';
import { startS3 } from '../../local/runtime/services/s3.ts';
import { SecretVault, startSecrets } from '../../local/runtime/services/secrets.ts';
import { Executions } from '../../local/runtime/states/executions.ts';
import { startStates } from '../../local/runtime/states/service.ts';
import { CREDENTIALS } from '../e2e/installation.ts';

/** Services as a function with few rights meets them, and as the owner of the data folder does. */

const resource = (
  type: string,
  name: string,
  properties: object = {},
  arn = `arn:${name}`,
): Resource => ({
  type,
  logicalId: name,
  physicalId: name,
  arn,
  properties: { ...properties },
});
const TABLE = {
  AttributeDefinitions: ['PK', 'SK'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [
    { AttributeName: 'PK', KeyType: 'HASH' },
    { AttributeName: 'SK', KeyType: 'RANGE' },
  ],
};
const ALLOWED = [
  {
    Action: 'dynamodb:Query',
    Resource: 'arn:things',
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['A#*'] } },
  },
  {
    Action: 'dynamodb:PutItem',
    Resource: 'arn:things',
    Condition: {
      'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] },
    },
  },
  { Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/kept/*' },
  { Action: 'secretsmanager:GetSecretValue', Resource: 'arn:secret' },
  { Action: 'states:DescribeExecution', Resource: 'arn:execution' },
  {
    Action: 'events:PutEvents',
    Resource: '*',
    Condition: { StringEquals: { 'events:source': 'ours' } },
  },
].map((statement) => ({ Effect: 'Allow', ...statement }));
const STACK: ResolvedStack = {
  stacks: new Map(),
  outputs: {},
  resources: [
    resource('AWS::DynamoDB::Table', 'things', TABLE),
    resource('AWS::S3::Bucket', 'bucket'),
    resource('AWS::SecretsManager::Secret', 'secret', { SecretString: 'hidden' }),
    resource('AWS::Lambda::Function', 'reader', { Role: 'arn:role' }),
    resource('AWS::IAM::Role', 'role', {
      Policies: [{ PolicyDocument: { Statement: ALLOWED } }],
    }),
  ],
};

let folder: string;
const parts: RunningPart[] = [];
let urls: Readonly<Record<'dynamodb' | 's3' | 'secrets' | 'states' | 'events', string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rights-'));
  const guard = new RightsGuard(STACK);
  const common = { stack: STACK, credentials: CREDENTIALS, guard };
  const running = <Part extends RunningPart>(part: Part) => {
    parts.push(part);
    return part;
  };
  const engine = running(await startDynamoDb({ ...common, file: join(folder, 'db.sqlite') }));
  const executions = new Executions({ onStatus: () => {}, onState: () => {} });
  const vault = new SecretVault(join(folder, 'secrets.json'));
  urls = {
    dynamodb: running(await startDynamoDbFront({ ...common, engine: engine.url })).url,
    s3: running(await startS3({ ...common, folder: join(folder, 'buckets') })).url,
    secrets: running(await startSecrets({ ...common, vault })).url,
    states: running(await startStates({ ...common, executions })).url,
    events: running(await startEventBridge({ ...common, publish: () => {} })).url,
  };
  const owner = clientsFor(undefined);
  for (const Key of ['kept/x', 'archives/x']) {
    await owner.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'x' }));
  }
});

afterAll(async () => {
  await Promise.all([...parts].reverse().map((part) => part.close()));
  await rm(folder, { recursive: true, force: true });
});

function clientsFor(functionName: string | undefined) {
  const settings = (endpoint: string) => ({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    forcePathStyle: true,
    credentials: {
      ...CREDENTIALS,
      ...(functionName === undefined ? {} : { sessionToken: sessionTokenOf(functionName) }),
    },
  });
  return {
    dynamodb: new DynamoDBClient(settings(urls.dynamodb)),
    s3: new S3Client(settings(urls.s3)),
    secrets: new SecretsManagerClient(settings(urls.secrets)),
    states: new SFNClient(settings(urls.states)),
    events: new EventBridgeClient(settings(urls.events)),
  };
}

type Clients = ReturnType<typeof clientsFor>;

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
    expect(await errorOf(call(clientsFor('reader')))).toBe('none');
  });

  it.each(MAY_NOT)('may not %s', async (_what, call, error) => {
    expect(await errorOf(call(clientsFor('reader')))).toBe(error);
  });

  it('may ask for an execution that is not there, and is told so', async () => {
    const call = clientsFor('reader').states.send(
      new DescribeExecutionCommand({ executionArn: 'arn:execution' }),
    );
    await expect(call).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });
});

describe('a link that a function made', () => {
  const statusOf = async (path: string) => {
    const { host } = new URL(urls.s3);
    const signed = aws4.sign(
      { service: 's3', region: 'us-east-1', method: 'GET', host, path, signQuery: true },
      { ...CREDENTIALS, sessionToken: sessionTokenOf('reader') },
    );
    return (await fetch(`${urls.s3}${signed.path}`)).status;
  };

  it.each([
    ['/bucket/kept/x', 200],
    ['/bucket/archives/x', 403],
  ])('is good for what the function may read: %s is a %d', async (path, status) => {
    expect(await statusOf(`${path}?X-Amz-Expires=60`)).toBe(status);
  });
});

describe('the owner', () => {
  it.each(MAY_NOT.filter(([what]) => what !== 'start executions'))(
    'may %s',
    async (_what, call) => {
      expect(await errorOf(call(clientsFor(undefined)))).toBe('none');
    },
  );
});
