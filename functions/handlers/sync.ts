import { runStep } from '../steps/run-step.ts';
import { syncStep } from '../steps/sync.ts';
import { openActual } from './actual.ts';
import { identity } from './adapters/identity.ts';
import { openJobs, suggestionsIn } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { idsOf, StepEvent, workerOf } from './step-event.ts';

/** The states that bring our snapshot of a budget up to date, RedownloadSnapshot among them. */

const environment = readEnvironment('tableName', 'retentionDays', 'bucketName', 'serverSecrets');
const { jobs, client, meter } = openJobs(environment);
const { budgetsFor, ...actual } = openActual(environment, client, meter);
const suggestions = suggestionsIn(client, environment);

export const handler = invocation({
  event: StepEvent,
  ids: idsOf,
  meter,
  work: (event, context) => {
    const worker = workerOf(context, identity.now);
    const work = syncStep({
      ...actual,
      jobs,
      suggestions,
      budgets: budgetsFor(worker.id, event.budgetId),
    });
    return runStep({ jobs, ...identity }, event, worker, work);
  },
});
