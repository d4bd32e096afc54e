import { settle } from '../jobs/settle.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { logger } from './logger.ts';
import { endingBy, isNamedBy, SettleEvent } from './settle-event.ts';

/** The states SettleSucceeded and SettleFailed: the end of every execution that went its way. */

const environment = readEnvironment('tableName', 'retentionDays');
const { jobs, meter } = openJobs(environment);

export const handler = invocation({
  event: SettleEvent,
  ids: (event) => ({ jobId: event.jobId }),
  meter,
  work: async (event) => {
    if (!isNamedBy(event.executionId, event.jobId)) return { settled: false };
    const { job } = await settle({ jobs, ...clockAndIds }, event.jobId, endingBy(event));
    logger.appendKeys({ budgetId: job?.budgetId });
    return { settled: true, status: job?.status ?? null };
  },
});
