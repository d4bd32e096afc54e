import * as z from 'zod';
import { isUuid, type JobId, jobId } from '../domain/ids.ts';
import { type Ending, endingOf } from '../jobs/settle.ts';

const common = {
  jobId: z.string().refine(isUuid).transform(jobId),
  executionId: z.string().min(1),
  /** Not said by executions that began before the workflow did so. */
  redriveCount: z.number().int().min(0).default(0),
};

/** What the workflow's states SettleSucceeded and SettleFailed send. */
export const SettleEvent = z.discriminatedUnion('outcome', [
  z.object({ ...common, outcome: z.literal('succeeded') }),
  z.object({
    ...common,
    outcome: z.literal('failed'),
    failure: z.object({ Error: z.string(), Cause: z.string() }),
  }),
]);
export type SettleEvent = z.infer<typeof SettleEvent>;

/** A copy started in the console under another name settles nothing. */
export function isNamedBy(executionArn: string, id: JobId): boolean {
  return executionArn.endsWith(`:${id}`);
}

/** How the job ends by this event. */
export function endingBy(event: SettleEvent): Ending {
  switch (event.outcome) {
    case 'succeeded':
      return { outcome: { status: 'succeeded' }, worker: 'over' };
    case 'failed':
      return endingOf(event.failure, event.jobId, event.redriveCount);
  }
}
