import * as z from 'zod';
import { executionId, workerId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { RunningJob } from '../domain/running.ts';
import { idOfBudget, idOfJob, timeOrNone } from './job-rows.ts';
import { openWorkAttributes, queueKey, runningKey } from './keys.ts';
import { type Item, parseItem, SCHEMA } from './rows.ts';

/** Places in line and locks: how they lie in the table. */

const RunningShape = z.object({
  budgetId: idOfBudget,
  jobId: idOfJob,
  executionId: z.string().min(1).transform(executionId),
  workerId: z.string().min(1).transform(workerId).nullable(),
  workerUntil: timeOrNone.default(null),
  sending: z.boolean(),
});

/** A place in line never expires: it goes when the job is claimed or canceled. */
export function queueItem(job: Job): Item {
  return {
    ...queueKey(job.budgetId, job.id),
    schema: SCHEMA,
    ...openWorkAttributes(job.budgetId),
  };
}

/** A lock never expires: it goes when its job ends, or once none of its workers can be sending any more. */
export function runningItem({ workerUntil, ...running }: RunningJob): Item {
  return {
    ...runningKey(running.budgetId),
    schema: SCHEMA,
    ...running,
    ...(workerUntil === null ? {} : { workerUntil }),
    ...openWorkAttributes(running.budgetId),
  };
}

export function runningOf(item: Item): RunningJob {
  return parseItem(RunningShape, item);
}
