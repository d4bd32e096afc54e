import { workerId } from '../domain/ids.ts';
import { runStep } from '../steps/run-step.ts';
import { syncStep } from '../steps/sync.ts';
import { openActual } from './actual.ts';
import { identity } from './adapters/identity.ts';
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
const { budgetsFor, ...ports } = openActual(environment, client);

export const handler = invocation({
  event: StepEvent,
  ids: idsOf,
  meter,
  work: (event, context) => {
    const owner = workerId(context.awsRequestId);
    const work = syncStep({ ...ports, budgets: budgetsFor(owner) });
    return runStep({ jobs, ...identity }, event, owner, work);
  },
});
