import { join } from 'node:path';
import type { LocalCredentials, ResolvedStack } from '../contract.ts';
import type { Queues } from '../queues.ts';
import type { RightsGuard } from '../rights/guard.ts';
import type { RunningParts } from '../running-parts.ts';
import type { Executions } from '../states/executions.ts';
import { startStates } from '../states/service.ts';
import { startDynamoDb } from './dynamodb.ts';
import { startDynamoDbFront, type TableCall } from './dynamodb-front.ts';
import { startEventBridge } from './eventbridge.ts';
import { startS3 } from './s3.ts';
import { type SecretVault, startSecrets } from './secrets.ts';
import { startSqs } from './sqs.ts';

export interface ServicesOptions {
  readonly stack: ResolvedStack;
  /** Folder for everything that is kept between starts. */
  readonly data: string;
  readonly credentials: LocalCredentials;
  readonly guard: RightsGuard;
  readonly vault: SecretVault;
  readonly queues: Queues;
  readonly executions: Executions;
  /** Told of each event that is put on the event bus. */
  readonly publish: (event: Readonly<Record<string, unknown>>) => void;
  /** Told of each call of a table that a function made and that was done. */
  readonly onTableCall: (call: TableCall) => void;
}

/** The services of AWS that functions and SDK clients call. */
export interface Services {
  /** `AWS_ENDPOINT_URL_…` for functions, whose rights and calls of tables are watched. */
  readonly forFunctions: Readonly<Record<string, string>>;
  /** The same for whoever has the credentials of the data folder. */
  readonly forClients: Readonly<Record<string, string>>;
  /** Address of the tables' engine itself. */
  readonly engine: string;
  /** When that has ended, by itself or not. */
  readonly engineEnded: Promise<unknown>;
  /** Files and folder of what is in tables and buckets. */
  readonly tables: string;
  readonly buckets: string;
}

/** Starts them, each as one of the parts. */
export async function startServices(
  options: ServicesOptions,
  parts: RunningParts,
): Promise<Services> {
  const { stack, data, credentials, guard, executions, onTableCall: onCall } = options;
  const tables = join(data, 'dynamodb.sqlite');
  const buckets = join(data, 'buckets');
  const add = parts.add.bind(parts);
  const [dynamodb, s3, secrets, states, sqs, events] = await Promise.all([
    startDynamoDb({ stack, file: tables, credentials }).then(add),
    startS3({ stack, folder: buckets, credentials, guard }).then(add),
    startSecrets({ stack, vault: options.vault, credentials, guard }).then(add),
    startStates({ executions, credentials, guard }).then(add),
    startSqs({ queues: options.queues, credentials }).then(add),
    startEventBridge({ publish: options.publish, credentials, guard }).then(add),
  ]);
  const { url: engine, exited: engineEnded } = dynamodb;
  const front = add(await startDynamoDbFront({ stack, engine, credentials, guard, onCall }));
  const ofBoth = {
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_SFN: states.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
  };
  return {
    forFunctions: { ...ofBoth, AWS_ENDPOINT_URL_DYNAMODB: front.url },
    forClients: { ...ofBoth, AWS_ENDPOINT_URL_DYNAMODB: engine, AWS_ENDPOINT_URL_SQS: sqs.url },
    engine,
    engineEnded,
    tables,
    buckets,
  };
}
