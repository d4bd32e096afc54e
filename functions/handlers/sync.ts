import { syncStep } from '../steps/sync.ts';
import { openActual } from './actual.ts';
import { openJobs, suggestionsIn } from './clients.ts';
import { daysOf, readEnvironment } from './environment.ts';
import { logger } from './logger.ts';
import { openMetrics } from './metrics.ts';
import { stepInvocation } from './step-invocation.ts';

/** The states that bring our snapshot of a budget up to date, RedownloadSnapshot among them. */

const environment = readEnvironment(
  'tableName',
  'retentionDays',
  'unusedSnapshotDays',
  'bucketName',
  'serverSecrets',
  'metricsNamespace',
);
const { jobs, client, meter } = openJobs(environment);
const metrics = openMetrics(environment.metricsNamespace);
const { budgetsFor, ...actual } = openActual(environment, client, meter, metrics);
const suggestions = suggestionsIn(client, environment);
const unusedSnapshotDays = daysOf(environment.unusedSnapshotDays, 'unusedSnapshotDays');

export const handler = stepInvocation({
  step: 'sync',
  jobs,
  meter,
  metrics,
  work: (event, worker) =>
    syncStep({
      ...actual,
      jobs,
      suggestions,
      unusedSnapshotDays,
      onUnchanged: () => logger.info('unchanged'),
      budgets: budgetsFor(worker.id, event),
    }),
});
