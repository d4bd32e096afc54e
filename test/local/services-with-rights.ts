import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
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

/** The services of a stack whose function `reader` may do little. */
export interface ServicesWithRights {
  readonly urls: Readonly<Record<'dynamodb' | 's3' | 'secrets' | 'states' | 'events', string>>;
  /** Clients with the credentials of a function, or of the owner. */
  clientsFor(functionName: string | undefined): Clients;
  close(): Promise<void>;
}

export async function startServicesWithRights(folder: string): Promise<ServicesWithRights> {
  const parts: RunningPart[] = [];
  const guard = new RightsGuard(STACK);
  const common = { stack: STACK, credentials: CREDENTIALS, guard };
  const running = <Part extends RunningPart>(part: Part) => {
    parts.push(part);
    return part;
  };
  const engine = running(await startDynamoDb({ ...common, file: join(folder, 'db.sqlite') }));
  const executions = new Executions({ onStatus: () => {}, onState: () => {} });
  const vault = new SecretVault(join(folder, 'secrets.json'));
  const urls = {
    dynamodb: running(await startDynamoDbFront({ ...common, engine: engine.url })).url,
    s3: running(await startS3({ ...common, folder: join(folder, 'buckets') })).url,
    secrets: running(await startSecrets({ ...common, vault })).url,
    states: running(await startStates({ ...common, executions })).url,
    events: running(await startEventBridge({ ...common, publish: () => {} })).url,
  };
  return {
    urls,
    clientsFor: (functionName) => clientsFor(urls, functionName),
    close: async () => {
      await Promise.all([...parts].reverse().map((part) => part.close()));
    },
  };
}

function clientsFor(urls: ServicesWithRights['urls'], functionName: string | undefined) {
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

export type Clients = ReturnType<typeof clientsFor>;
