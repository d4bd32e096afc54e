import type { Change, MemoryTable } from '../table/memory-table.ts';
import { isWorkflowFunction } from '../workflow-functions.ts';

/**
 * A worker writes as long as it holds its budget: one whose job was called off or has ended, or that another one took over from,
 * changes nothing any more, neither suggestions nor snapshots nor its job. And none begins what is done.
 *
 * @param writer the process whose transaction it was.
 * @returns what is wrong with it.
 */
export function wrongWriter(
  changes: readonly Change[],
  table: MemoryTable,
  writer: string,
): string | undefined {
  if (!isWorker(writer)) return undefined;
  for (const { before, after } of changes) {
    const { budgetId, PK, SK } = after ?? before ?? {};
    if (budgetId === undefined) continue;
    const holder = table.get(`BUDGET#${budgetId}`, 'RUNNING')?.workerId;
    if (holder !== writer) return `${writer} wrote ${PK} ${SK} while ${holder} held the budget`;
    const begins = SK === 'RUNNING' && before?.workerId !== writer;
    if (begins && nameOf(writer) === 'suggestions' && haveSucceeded(table, after?.jobId)) {
      return `${writer} makes the suggestions of ${after?.jobId} once more`;
    }
  }
  return undefined;
}

function isWorker(process: string): boolean {
  const name = nameOf(process);
  return isWorkflowFunction(name) && name !== 'settle';
}

/** Processes are named by their function, with a number behind it. */
function nameOf(process: string): string {
  return process.slice(0, process.lastIndexOf('-'));
}

/** Whether the job's step of suggestions is done. A sync may come once more: for suggestions that could not read its snapshot. */
function haveSucceeded(table: MemoryTable, jobId: unknown): boolean {
  return table
    .under(`JOB#${jobId}`)
    .some(({ stepType, status }) => stepType === 'suggestions' && status === 'succeeded');
}
