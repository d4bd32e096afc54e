import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ActualBudgets } from '../actual/client.ts';
import { workerId } from '../domain/ids.ts';
import { runStep } from '../steps/run-step.ts';
import { syncStep } from '../steps/sync.ts';
import { LoginStore } from '../store/login-store.ts';
import { SnapshotStore } from '../store/snapshot-store.ts';
import { SnapshotObjects } from './adapters/bucket.ts';
import { identity } from './adapters/identity.ts';
import { readServerSettings, sessionSecret } from './adapters/secrets.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { idsOf, StepEvent } from './step-event.ts';

/** The state Sync, and RefreshSnapshot and ScheduledSync: brings our snapshot of a budget up to date. */

const environment = readEnvironment(
  'tableName',
  'retentionDays',
  'bucketName',
  'actualSecretId',
  'sessionSecretId',
);
const { jobs, client, meter } = openJobs(environment);
const { tableName } = environment;
const secrets = new SecretsManagerClient({});
const bucket = new SnapshotObjects(new S3Client({}), environment.bucketName);
const snapshots = new SnapshotStore({ client, tableName });
const logins = new LoginStore({ client, tableName, now: identity.now });
const tokens = sessionSecret(secrets, environment.sessionSecretId);

export const handler = invocation({
  event: StepEvent,
  ids: idsOf,
  meter,
  work: (event, context) => {
    const owner = workerId(context.awsRequestId);
    const budgets = new ActualBudgets({
      settings: () => readServerSettings(secrets, environment.actualSecretId),
      tokens,
      logins,
      owner,
    });
    const { newSnapshotId } = identity;
    const work = syncStep({ budgets, snapshots, bucket, newSnapshotId });
    return runStep({ jobs, ...identity }, event, owner, work);
  },
});
