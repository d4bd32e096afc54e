import { snapshotStep } from '../steps/snapshot.ts';
import { KeptSnapshotStore } from '../store/kept-snapshot-store.ts';
import { openActual } from './actual.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openJobs } from './clients.ts';
import { readEnvironment, retentionDaysOf } from './environment.ts';
import { openMetrics } from './metrics.ts';
import { stepInvocation } from './step-invocation.ts';

/** The state CreateSnapshot: keeps a copy of the budget. */

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
const { tableName } = environment;
const retentionDays = retentionDaysOf(environment.retentionDays);
const kept = new KeptSnapshotStore({ client, tableName, now: clockAndIds.now, retentionDays });

export const handler = stepInvocation({
  step: 'snapshot',
  jobs,
  meter,
  metrics,
  work: (event, worker) =>
    snapshotStep({
      ...actual,
      kept,
      retentionDays,
      budgets: budgetsFor(worker.id, event),
    }),
});
