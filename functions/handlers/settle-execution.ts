import * as z from 'zod';
import { isUuid, jobId } from '../domain/ids.ts';
import { endOfExecution } from '../jobs/dispatch.ts';
import { settle } from '../jobs/settle.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { logger } from './logger.ts';

/** An execution ended: settles what its workflow did not, be it stopped, out of time, or at its end over a job that is open still. */

const environment = readEnvironment('tableName', 'retentionDays');
const { jobs, meter } = openJobs(environment);

const ENDED = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed_out',
  ABORTED: 'aborted',
} as const;

const Ended = z.object({
  /** The execution's name: the job's id, or anything a console user chose. */
  name: z.string(),
  status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
});
/** As the rule words it; or, put back from the dead letters, as EventBridge could not deliver it. */
const ExecutionEnded = z.union([
  Ended,
  z.object({ detail: Ended }).transform(({ detail }) => detail),
]);

export const handler = invocation({
  event: ExecutionEnded,
  ids: ({ name }) => ({ execution: name }),
  meter,
  work: async ({ name, status }) => {
    if (!isUuid(name)) {
      logger.info('an execution that is not named by a job ended');
      return { settled: false };
    }
    logger.appendKeys({ jobId: name });
    const ending = endOfExecution(ENDED[status], jobId(name));
    const { job } = await settle({ jobs, ...clockAndIds }, jobId(name), ending);
    logger.appendKeys({ budgetId: job?.budgetId });
    return { settled: true, status: job?.status ?? null };
  },
});
