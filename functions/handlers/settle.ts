import * as z from 'zod';
import { isUuid, type JobId, jobId } from '../domain/ids.ts';
import { type Ending, endingOf, settle } from '../jobs/settle.ts';
import { identity } from './adapters/identity.ts';
import { openJobs } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';

/** The states SettleSucceeded and SettleFailed: the end of every execution that went its way. */

const environment = readEnvironment('tableName', 'retentionDays');
const { jobs, meter } = openJobs(environment);

const common = {
  jobId: z.string().refine(isUuid).transform(jobId),
  executionId: z.string().min(1),
  /** Not said by executions that began before the workflow did so. */
  redriveCount: z.number().int().min(0).default(0),
};
const SettleEvent = z.discriminatedUnion('outcome', [
  z.object({ ...common, outcome: z.literal('succeeded') }),
  z.object({
    ...common,
    outcome: z.literal('failed'),
    failure: z.object({ Error: z.string(), Cause: z.string() }),
  }),
]);
type SettleEvent = z.infer<typeof SettleEvent>;

export const handler = invocation({
  event: SettleEvent,
  ids: (event) => ({ jobId: event.jobId }),
  meter,
  work: async (event) => {
    if (!isNamedBy(event.executionId, event.jobId)) return { settled: false };
    const job = await settle({ jobs, ...identity }, event.jobId, endingBy(event));
    return { settled: true, status: job?.status ?? null };
  },
});

/** A copy started in the console under another name settles nothing. */
function isNamedBy(executionArn: string, id: JobId): boolean {
  return executionArn.endsWith(`:${id}`);
}

function endingBy(event: SettleEvent): Ending {
  switch (event.outcome) {
    case 'succeeded':
      return { outcome: { status: 'succeeded' }, worker: 'over' };
    case 'failed':
      return endingOf(event.failure, event.jobId, event.redriveCount);
  }
}
