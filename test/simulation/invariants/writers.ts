import type { Change, MemoryTable } from '../table/memory-table.ts';
import { isWorkflowFunction } from '../workflow-functions.ts';

/**
 * A worker writes as long as it holds its budget: one whose job was called off or has ended, or that another one took over from,
 * changes nothing any more, neither suggestions nor snapshots nor its job.
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
  }
  return undefined;
}

/** Processes are named by their function, with a number behind it. */
function isWorker(process: string): boolean {
  const name = process.slice(0, process.lastIndexOf('-'));
  return isWorkflowFunction(name) && name !== 'settle';
}
