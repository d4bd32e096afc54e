import type { ExecutionStatus } from '../aws/step-functions.ts';
import type { Change } from '../table/memory-table.ts';

/** What the execution of a job has to do with its end. */

interface OwnExecution {
  readonly status: ExecutionStatus;
  readonly state: string;
  readonly life: number;
}

/**
 * A job is told as succeeded or failed by its own execution alone, when that is through or has ended: a copy that was
 * started under another name says nothing about it.
 *
 * @param executionOf the execution that a job's id names.
 */
export function endedByAnother(
  changes: readonly Change[],
  executionOf: (jobId: string) => OwnExecution | undefined,
): string | undefined {
  for (const { before, after } of changes) {
    if (after?.SK !== 'JOB' || before?.status !== 'running') continue;
    if (after.status !== 'succeeded' && after.status !== 'failed') continue;
    const execution = executionOf(String(after.PK).slice('JOB#'.length));
    const ended = execution !== undefined && execution.life > 0;
    if (ended || execution?.state.startsWith('Settle')) continue;
    return `${after.PK} ${after.status} while its execution was at ${execution?.state}`;
  }
  return undefined;
}
