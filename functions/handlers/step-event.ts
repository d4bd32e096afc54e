import type { Context } from 'aws-lambda';
import * as z from 'zod';
import {
  budgetId,
  executionId,
  isUuid,
  jobId,
  millisecondsAfter,
  type Timestamp,
  workerId,
} from '../domain/ids.ts';
import { STEP_TYPES } from '../domain/job.ts';
import type { Worker } from '../domain/running.ts';

const uuid = z.string().refine(isUuid);

/** What the workflow's states send to the function of a step. */
export const StepEvent = z.object({
  jobId: uuid.transform(jobId),
  budgetId: uuid.transform(budgetId),
  executionId: z.string().min(1).transform(executionId),
  /** Not said by executions that began before the workflow did so. */
  redriveCount: z.number().int().min(0).default(0),
  step: z.enum(STEP_TYPES).exactOptional(),
});

export type StepEvent = z.infer<typeof StepEvent>;

/** The ids that every log line of a step carries. */
export function idsOf({
  jobId: job,
  budgetId: budget,
}: Pick<StepEvent, 'jobId' | 'budgetId'>): Readonly<Record<string, string>> {
  return { jobId: job, budgetId: budget };
}

/**
 * The invocation as the worker that it is. The time left is Lambda's deadline less the time that this machine shows, so
 * that both together are the deadline, however wrong the clock here is
 * (src/InvokeContext.js of aws/aws-lambda-nodejs-runtime-interface-client).
 */
export function workerOf(
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
  now: () => Timestamp,
): Worker {
  return {
    id: workerId(context.awsRequestId),
    deadline: millisecondsAfter(now(), context.getRemainingTimeInMillis()),
  };
}
