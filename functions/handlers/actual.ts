import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ActualBudgets } from '../actual/client.ts';
import type { WorkerId } from '../domain/ids.ts';
import { LoginStore } from '../store/login-store.ts';
import { SnapshotStore } from '../store/snapshot-store.ts';
import { SnapshotObjects } from './adapters/bucket.ts';
import { identity } from './adapters/identity.ts';
import { readServerSettings, sessionSecret } from './adapters/secrets.ts';

/** What the functions that open budgets have in common: the server's budgets, and the snapshots of them. */
export function openActual(
  environment: {
    readonly tableName: string;
    readonly bucketName: string;
    readonly actualSecretId: string;
    readonly sessionSecretId: string;
  },
  client: DynamoDBDocumentClient,
) {
  const { tableName, bucketName, actualSecretId, sessionSecretId } = environment;
  const secrets = new SecretsManagerClient({});
  const tokens = sessionSecret(secrets, sessionSecretId);
  const logins = new LoginStore({ client, tableName, now: identity.now });
  return {
    snapshots: new SnapshotStore({ client, tableName }),
    bucket: new SnapshotObjects(new S3Client({}), bucketName),
    newSnapshotId: identity.newSnapshotId,
    /** The budgets as one invocation sees them. */
    budgetsFor: (owner: WorkerId) =>
      new ActualBudgets({
        settings: () => readServerSettings(secrets, actualSecretId),
        tokens,
        logins,
        owner,
      }),
  };
}
