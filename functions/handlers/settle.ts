import * as z from 'zod';
import { isUuid, type JobId, jobId } from '../domain/ids.ts';
import type { Outcome } from '../domain/transitions.ts';
import { failureOf, settle } from '../jobs/settle.ts';
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
    const job = await settle({ jobs, ...identity }, event.jobId, outcomeOf(event));
    return { settled: true, status: job?.status ?? null };
  },
});

/** A copy started in the console under another name settles nothing. */
function isNamedBy(executionArn: string, id: JobId): boolean {
  return executionArn.endsWith(`:${id}`);
}

function outcomeOf(event: SettleEvent): Outcome {
  switch (event.outcome) {
    case 'succeeded':
      return { status: 'succeeded' };
    case 'failed':
      return { status: 'failed', failure: failureOf(event.failure, event.jobId) };
  }
}
