import { type BudgetId, executionId, jobId, stepId, workerId } from '../../functions/domain/ids.ts';
import type { Fence } from '../../functions/domain/running.ts';
import { createJob, startJob, takeOver } from '../../functions/domain/transitions.ts';
import type { JobStore } from '../../functions/store/job-store.ts';
import { at, context, uuid } from '../domain/builders.ts';

/** A job that runs on a budget, and the fence of its worker. */
export async function runningJob(jobs: JobStore, budgetId: BudgetId): Promise<Fence> {
  const change = createJob(
    {
      id: jobId(uuid(1)),
      budgetId,
      work: { type: 'suggestions_generate' },
      trigger: 'api',
      newStepId: () => stepId(uuid(2)),
    },
    context(0),
  );
  await jobs.create({ change });
  const fence: Fence = {
    budgetId,
    jobId: change.record.job.id,
    executionId: executionId('execution:1'),
    workerId: workerId('worker-1'),
  };
  const started = startJob(change.record, context(1));
  await jobs.claim(started, { ...fence, workerId: null, workerUntil: null, sending: false });
  await jobs.beginStep(takeOver(started.record), fence, at(1_000));
  return fence;
}
