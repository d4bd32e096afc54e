import type { Execution } from '../aws/execution.ts';
import type { Change } from '../table/memory-table.ts';

/** What the execution of a job, the one that its id names, has to do with the job. */

type OwnExecution = Pick<Execution, 'state' | 'life'>;

/** @returns what is wrong with a job that was just claimed or has just ended, going by its execution. */
export function wrongExecution(
  changes: readonly Change[],
  {
    executions,
    gone,
  }: { executions: ReadonlyMap<string, OwnExecution>; gone: ReadonlySet<string> },
): string | undefined {
  for (const { before, after } of changes) {
    if (after?.SK !== 'JOB' || before === undefined) continue;
    const id = String(after.PK).slice('JOB#'.length);
    if (gone.has(id)) continue;
    const execution = executions.get(id);
    const [from, to] = [String(before.status), String(after.status)];
    const wrong = from === to ? undefined : wrongWay(from, to, execution);
    if (wrong !== undefined) return `${after.PK} ${wrong}`;
  }
  return undefined;
}

/**
 * An execution begins for a job that was claimed. It alone tells its job as succeeded or failed, when it is through or has
 * ended: a copy that was started under another name says nothing about it.
 */
function wrongWay(from: string, to: string, execution: OwnExecution | undefined) {
  if (from === 'queued') {
    return execution === undefined ? undefined : 'was in line when its execution began';
  }
  if (to !== 'succeeded' && to !== 'failed') return undefined;
  const ended = execution !== undefined && execution.life > 0;
  if (ended || execution?.state.startsWith('Settle')) return undefined;
  return `${to} while its execution was at ${execution?.state}`;
}
