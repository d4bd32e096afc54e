import { syncStep } from '../steps/sync.ts';
import { openActual } from './actual.ts';
import { openJobs, suggestionsIn } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { openMetrics } from './metrics.ts';
import { stepInvocation } from './step-invocation.ts';

/** The states that bring our snapshot of a budget up to date, RedownloadSnapshot among them. */

const environment = readEnvironment(
  'tableName',
  'retentionDays',
  'bucketName',
  'serverSecrets',
  'metricsNamespace',
);
const { jobs, client, meter } = openJobs(environment);
const metrics = openMetrics(environment.metricsNamespace);
const { budgetsFor, ...actual } = openActual(environment, client, meter, metrics);
const suggestions = suggestionsIn(client, environment);

export const handler = stepInvocation({
  step: 'sync',
  jobs,
  meter,
  metrics,
  work: (event, worker) =>
    syncStep({ ...actual, jobs, suggestions, budgets: budgetsFor(worker.id, event.budgetId) }),
});
