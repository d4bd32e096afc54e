import * as z from 'zod';
import { sweep } from '../jobs/sweep.ts';
import { OpenWorkStore } from '../store/open-work-store.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openExecutions } from './adapters/executions.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { describeError, logger } from './logger.ts';
import { openMetrics } from './metrics.ts';

/** Every 5 minutes: finds what a crash, a lost delivery or a lost status event left behind. */

const environment = readEnvironment(
  'tableName',
  'stateMachineArn',
  'retentionDays',
  'metricsNamespace',
);
const { jobs, client, meter } = openJobs(environment);
const openWork = new OpenWorkStore({ client, tableName: environment.tableName });
const metrics = openMetrics(environment.metricsNamespace);
const executions = openExecutions(environment.stateMachineArn, meter);

/** What could not be looked at shows among the function's errors: mostly nothing else tells of it. */
class NotLookedError extends Error {
  override readonly name = 'NotLooked';
}

export const handler = invocation({
  /** With the dead letters that it is to make up for; without any, whatever calls it. */
  event: z.object({ setAside: z.array(z.unknown()).optional() }).catch({}),
  meter,
  work: async ({ setAside }, { awsRequestId: requestId }) => {
    const report = await sweep({
      ...clockAndIds,
      jobs,
      executions,
      openWork,
      onMended: (budgetId, jobId, kind) => {
        logger.info('looked', { budgetId, jobId, look: { kind } });
      },
    });
    for (const { budgetId, error } of report.failed) {
      logger.error('look failed', { budgetId, error: describeError(error) });
    }
    metrics.swept(report, { requestId });
    // Who puts letters back is told how many.
    if (report.failed.length > 0 && setAside === undefined) throw new NotLookedError();
    return { ...report, failed: report.failed.length };
  },
});
