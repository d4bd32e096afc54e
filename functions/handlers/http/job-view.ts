import { FAILURES, isRetryable } from '../../domain/failures.ts';
import type { Job, JobInput, JobMetadata, JobRecord, WholeJob } from '../../domain/job.ts';
import { domainsOf } from '../adapters/domains.ts';
import { executionIdOf } from '../adapters/executions.ts';

/** A job as the API shows it: all its fields, what its failure means, and the way to its execution in the console. */

export interface JobView extends Job {
  /** With what the job was told to work on, where it is shown by itself. */
  readonly metadata: JobMetadata & Partial<JobInput>;
  /** Whether the same job may go through another time although nothing was done about it. */
  readonly failureRetryable: boolean | null;
  /** What the user is to do. */
  readonly failureNextAction: string | null;
  readonly executionUrl: string | null;
}

/** @param stateMachineArn ARN of the machine that runs the jobs. */
export function jobView(job: Job, stateMachineArn: string): JobView {
  const { failureCode: code } = job;
  return {
    ...job,
    failureRetryable: code === null ? null : isRetryable(code),
    failureNextAction: code === null ? null : FAILURES[code].next,
    executionUrl: job.startedAt === null ? null : consoleUrl(job, stateMachineArn),
  };
}

export function recordView(
  { job, steps }: JobRecord,
  stateMachineArn: string,
): { readonly job: JobView; readonly steps: JobRecord['steps'] } {
  return { job: jobView(job, stateMachineArn), steps };
}

/** The same with the suggestions that the job was told to apply, which other answers only count. */
export function wholeJobView(
  { input, ...record }: WholeJob,
  stateMachineArn: string,
): ReturnType<typeof recordView> {
  const { job, steps } = recordView(record, stateMachineArn);
  return { job: { ...job, metadata: { ...job.metadata, ...input } }, steps };
}

function consoleUrl(job: Job, stateMachineArn: string): string {
  const region = stateMachineArn.split(':')[3] ?? '';
  const execution = executionIdOf(stateMachineArn, job.id);
  return `https://${region}.${domainsOf(region).console}/states/home?region=${region}#/v2/executions/details/${execution}`;
}
