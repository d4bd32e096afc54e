import * as z from 'zod';
import { budgetId, executionId, isUuid, jobId } from '../domain/ids.ts';
import { STEP_TYPES } from '../domain/job.ts';

const uuid = z.string().refine(isUuid);

/** What the workflow's states send to the function of a step. */
export const StepEvent = z.object({
  jobId: uuid.transform(jobId),
  budgetId: uuid.transform(budgetId),
  executionId: z.string().min(1).transform(executionId),
  step: z.enum(STEP_TYPES).exactOptional(),
});

export type StepEvent = z.infer<typeof StepEvent>;

/** The ids that every log line of a step carries. */
export function idsOf({
  jobId: job,
  budgetId: budget,
}: StepEvent): Readonly<Record<string, string>> {
  return { jobId: job, budgetId: budget };
}
