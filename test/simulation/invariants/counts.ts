import type { Change, MemoryTable } from '../table/memory-table.ts';

/** @returns what is wrong with what a job that has just applied says of it: it counts what it and those it repeats have applied. */
export function wrongCounts(changes: readonly Change[], table: MemoryTable): string | undefined {
  for (const { before, after } of changes) {
    const ended = after?.SK === 'JOB' && after.status !== before?.status;
    if (!ended || after.status !== 'succeeded' || after.type !== 'suggestions_apply') continue;
    const counted = Number(
      Reflect.get(Object(Reflect.get(Object(after.metadata), 'counts')), 'applied'),
    );
    const found = appliedBy(lineage(String(after.jobId), table), String(after.budgetId), table);
    if (counted !== found) return `${after.PK} has applied ${found} and counts ${counted}`;
  }
  return undefined;
}

function lineage(id: string, table: MemoryTable): ReadonlySet<string> {
  const ids = new Set<string>();
  for (let next: unknown = id; typeof next === 'string'; ) {
    ids.add(next);
    next = table.get(`JOB#${next}`, 'JOB')?.parentJobId;
  }
  return ids;
}

function appliedBy(jobs: ReadonlySet<string>, budget: string, table: MemoryTable): number {
  const { Items } = table.query({
    TableName: 'Table',
    KeyConditionExpression: 'PK = :pk',
    ExpressionAttributeValues: { ':pk': `SUGGESTIONS#${budget}` },
  });
  return Items.filter((item) => item.status === 'applied' && jobs.has(String(item.appliedBy)))
    .length;
}
