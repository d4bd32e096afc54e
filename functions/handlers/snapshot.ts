import { runStep } from '../steps/run-step.ts';
import { snapshotStep } from '../steps/snapshot.ts';
import { KeptSnapshotStore } from '../store/kept-snapshot-store.ts';
import { openActual } from './actual.ts';
import { identity } from './adapters/identity.ts';
import { openJobs } from './clients.ts';
import { readEnvironment, retentionDaysOf } from './environment.ts';
import { invocation } from './invocation.ts';
import { idsOf, StepEvent, workerOf } from './step-event.ts';

/** The state CreateSnapshot: keeps a copy of the budget. */

const environment = readEnvironment('tableName', 'retentionDays', 'bucketName', 'serverSecrets');
const { jobs, client, meter } = openJobs(environment);
const { budgetsFor, ...actual } = openActual(environment, client, meter);
const { tableName } = environment;
const kept = new KeptSnapshotStore({ client, tableName, now: identity.now });
const retentionDays = retentionDaysOf(environment.retentionDays);

export const handler = invocation({
  event: StepEvent,
  ids: idsOf,
  meter,
  work: (event, context) => {
    const worker = workerOf(context, identity.now);
    const work = snapshotStep({
      ...actual,
      kept,
      retentionDays,
      budgets: budgetsFor(worker.id, event.budgetId),
    });
    return runStep({ jobs, ...identity }, event, worker, work);
  },
});
