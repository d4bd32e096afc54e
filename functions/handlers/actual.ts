import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ActualBudgets } from '../actual/client.ts';
import { FailureError, failure } from '../domain/failures.ts';
import type { BudgetId, WorkerId } from '../domain/ids.ts';
import { ONLY_SERVER } from '../names.ts';
import { LoginStore } from '../store/login-store.ts';
import type { Meter } from '../store/meter.ts';
import { SnapshotStore } from '../store/snapshot-store.ts';
import { SnapshotObjects } from './adapters/bucket.ts';
import { LARGE_CALLS, SMALL_CALLS } from './adapters/calls.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { readServerSettings, sessionSecret } from './adapters/secrets.ts';
import { parseServerSecrets, readBudgetMap, type ServerSecrets } from './adapters/servers.ts';
import { budgetMapFile } from './environment.ts';
import { describeError, logger } from './logger.ts';
import type { StackMetrics } from './metrics.ts';
import { idsOf, type StepEvent } from './step-event.ts';

const MAPPED_TO_NONE =
  'No server was asked: the configuration names the budget under none of its servers. To have its jobs run, put it there and deploy.';

/** What the functions that open budgets have in common: the servers' budgets, and the snapshots of them. */
export function openActual(
  environment: {
    readonly tableName: string;
    readonly bucketName: string;
    readonly serverSecrets: string;
  },
  client: DynamoDBDocumentClient,
  meter: Meter,
  metrics: Pick<StackMetrics, 'loggedIn'>,
) {
  const { tableName, bucketName } = environment;
  const secrets = meter.counting(new SecretsManagerClient(SMALL_CALLS));
  const servers = parseServerSecrets(environment.serverSecrets);
  const map = readBudgetMap(budgetMapFile());
  const logins = new LoginStore({ client, tableName, now: clockAndIds.now });

  /** @throws FailureError BUDGET_NOT_FOUND for a budget that the configuration does not name any more. */
  function serverOf(budgetId: BudgetId): ServerSecrets {
    const server = map === undefined ? ONLY_SERVER : map.get(budgetId);
    const found = server === undefined ? undefined : servers.get(server);
    if (found !== undefined) return found;
    throw new FailureError(failure('BUDGET_NOT_FOUND', MAPPED_TO_NONE));
  }

  return {
    snapshots: new SnapshotStore({ client, tableName }),
    bucket: new SnapshotObjects(meter.counting(new S3Client(LARGE_CALLS)), bucketName),
    newSnapshotId: clockAndIds.newSnapshotId,
    /** The budgets of the server that the job's budget is on, as one invocation sees them. */
    budgetsFor: (owner: WorkerId, job: Pick<StepEvent, 'jobId' | 'budgetId'>) => {
      const { actual, session } = serverOf(job.budgetId);
      return new ActualBudgets({
        settings: () => readServerSettings(secrets, actual),
        tokens: sessionSecret(secrets, session),
        logins: {
          takeLease: (lease) => logins.takeLease(lease),
          releaseLease: (lease) => logins.releaseLease(lease),
          past: (serverId) => logins.past(serverId),
          rememberRefusal: (...refusal) => logins.rememberRefusal(...refusal),
          rememberLogin: (...login) => {
            metrics.loggedIn({ ...idsOf(job), requestId: owner });
            return logins.rememberLogin(...login);
          },
        },
        owner,
        leave: endProcess,
      });
    },
  };
}

/** Says why first: whoever called the function is told that its process died, and nothing more. */
export function endProcess(because: unknown): void {
  logger.error('the process ends itself', { error: describeError(because) });
  process.exit(1);
}
