import { applyStep } from '../steps/apply.ts';
import { openActual } from './actual.ts';
import { openJobs, suggestionsIn } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { openMetrics } from './metrics.ts';
import { stepInvocation } from './step-invocation.ts';

/** The state Apply: writes suggestions into the budget. */

const environment = readEnvironment(
  'tableName',
  'retentionDays',
  'pendingSuggestionDays',
  'bucketName',
  'serverSecrets',
  'metricsNamespace',
);
const { jobs, client, meter } = openJobs(environment);
const metrics = openMetrics(environment.metricsNamespace);
const { budgetsFor, ...actual } = openActual(environment, client, meter, metrics);
const suggestions = suggestionsIn(client, environment);

export const handler = stepInvocation({
  step: 'apply',
  jobs,
  meter,
  metrics,
  work: (event, worker) =>
    applyStep({ ...actual, jobs, suggestions, budgets: budgetsFor(worker.id, event) }),
});
