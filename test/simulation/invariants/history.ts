import type { Item } from '../table/expressions.ts';
import type { Change, MemoryTable } from '../table/memory-table.ts';

/**
 * What holds after every transaction, as the data model says it, in words of its own: statuses and the ways between
 * them, the history that explains them, and that job, place in line and lock change together or not at all.
 */

const WAYS: Readonly<Record<string, readonly string[]>> = {
  queued: ['running', 'canceled'],
  running: ['succeeded', 'failed', 'canceled'],
};
const ENDS = ['succeeded', 'failed', 'canceled'];

const isEnd = (status: unknown) => ENDS.includes(String(status));

/** @returns what is wrong with a transaction that has just gone through; undefined when all is well. */
export function wrongWith(changes: readonly Change[], table: MemoryTable): string | undefined {
  for (const change of changes) {
    const wrong = wrongItem(change, changes, table);
    if (wrong !== undefined) return wrong;
  }
  for (const id of jobsTouched(changes)) {
    const wrong = wrongJob(id, changes, table);
    if (wrong !== undefined) return `job ${id}: ${wrong}`;
  }
  return undefined;
}

function wrongItem(
  { before, after }: Change,
  changes: readonly Change[],
  table: MemoryTable,
): string | undefined {
  const { PK, SK } = after ?? before ?? {};
  const kind = kindOf(PK, SK);
  if (kind === 'event') return wrongEvent(before, after, table);
  if (kind === 'job') return wrongJobItem(before, after, eventsOf(changes, PK));
  if (kind === 'step') return wrongStepItem(before, after, eventsOf(changes, PK));
  return undefined;
}

/** An event stays as it is, and is no earlier than the one before it, however far apart clocks are. */
function wrongEvent(
  before: Item | undefined,
  after: Item | undefined,
  table: MemoryTable,
): string | undefined {
  const { PK, SK, createdAt } = after ?? before ?? {};
  if (before !== undefined) return `event ${SK} of ${PK} was changed`;
  const last = table
    .under(String(PK))
    .findLast((item) => kindOf(PK, item.SK) === 'event' && String(item.SK) < String(SK));
  return last !== undefined && String(last.createdAt) > String(createdAt)
    ? `event ${SK} of ${PK} is of ${createdAt}, the one before it of ${last.createdAt}`
    : undefined;
}

function wrongJobItem(
  before: Item | undefined,
  after: Item | undefined,
  events: readonly Item[],
): string | undefined {
  if (after === undefined) return `${before?.PK} was deleted`;
  const name = String(after.PK);
  if (before !== undefined && isEnd(before.status)) return `${name} was changed after its end`;
  const from = before === undefined ? undefined : String(before.status);
  const to = String(after.status);
  if (from === undefined ? to !== 'queued' : from !== to && !WAYS[from]?.includes(to)) {
    return `${name} went from ${from} to ${to}`;
  }
  const version = Number(before?.version ?? 0);
  const versions = events.map((event) => Number(event.version)).sort((a, b) => a - b);
  const expected = versions.map((_, index) => version + 1 + index);
  if (versions.join() !== expected.join() || after.version !== version + versions.length) {
    return `${name} went from version ${version} to ${after.version} with events ${versions}`;
  }
  const told = events.filter(({ stepId }) => stepId === null).map(({ status }) => status);
  if (told.join() !== (from === to ? '' : to)) return `${name} became ${to}, told as ${told}`;
  return wrongTimes(after) ?? wrongReason(after);
}

function wrongTimes({ PK, createdAt, startedAt, completedAt, status }: Item): string | undefined {
  const times = [createdAt, startedAt, completedAt].filter((time) => typeof time === 'string');
  if (times.join() !== [...times].sort().join()) return `${PK} has times out of order: ${times}`;
  if (isEnd(status) !== (completedAt !== null))
    return `${PK} is ${status}, ended at ${completedAt}`;
  const started = status !== 'queued' && status !== 'canceled';
  return started && startedAt === null ? `${PK} is ${status} and never started` : undefined;
}

function wrongReason({ PK, status, failureReason }: Item): string | undefined {
  return (status === 'failed') === (typeof failureReason === 'string')
    ? undefined
    : `${PK} is ${status} because of ${failureReason}`;
}

function wrongStepItem(
  before: Item | undefined,
  after: Item | undefined,
  events: readonly Item[],
): string | undefined {
  if (after === undefined) return `a step of ${before?.PK} was deleted`;
  const name = `${after.PK} ${after.SK}`;
  const from = before === undefined ? undefined : String(before.status);
  const to = String(after.status);
  if (from === undefined ? to !== 'queued' : !WAYS[from]?.includes(to)) {
    return `${name} went from ${from} to ${to}`;
  }
  const told = events.filter(({ stepId }) => stepId === after.id).map(({ status }) => status);
  return told.join() === to ? undefined : `${name} became ${to}, told as ${told}`;
}

/** The job as a whole, with its place in line and its lock. */
function wrongJob(id: string, changes: readonly Change[], table: MemoryTable): string | undefined {
  const job = table.get(`JOB#${id}`, 'JOB');
  if (job === undefined) return 'is not there, although its place or its lock is';
  const { status } = job;
  const steps = [1, 2]
    .map((position) => table.get(`JOB#${id}`, `STEP#${position}`))
    .filter((step) => step !== undefined);
  const [first, second] = steps.map((step) => String(step.status));
  if (isEnd(status) && !steps.every((step) => isEnd(step.status))) return 'ended before its steps';
  if (status === 'succeeded' && !steps.every((step) => step.status === 'succeeded')) {
    return 'succeeded without its steps';
  }
  const later = second === 'running' || second === 'succeeded' || second === 'failed';
  if (later && first !== 'succeeded') return `its second step is ${second}, its first ${first}`;
  const partition = `BUDGET#${job.budgetId}`;
  const waits = table.get(partition, `QUEUE#${id}`) !== undefined;
  if (waits !== (status === 'queued')) return `is ${status}${waits ? ', and waits in line' : ''}`;
  const lock = table.get(partition, 'RUNNING');
  const locks = lock?.jobId === id;
  if (status === 'running' && !locks) return 'runs without the lock of its budget';
  // What is being sent may arrive after its job has ended: nobody else may change the budget until then.
  if (status !== 'running' && locks && !(isEnd(status) && lock.sending === true)) {
    return `is ${status}, and holds the lock`;
  }
  const ends = endsOf(changes, id);
  if (ends !== (isEnd(status) && jobsOfItem(changes, id) > 0 ? 1 : 0)) {
    return `is ${status}, with ${ends} items of its end`;
  }
  return jobsOfItem(changes, id) > 1 ? 'was written twice in one transaction' : undefined;
}

function jobsOfItem(changes: readonly Change[], id: string): number {
  return changes.filter(({ after }) => after?.PK === `JOB#${id}` && after.SK === 'JOB').length;
}

/** Items that say that the job ended, made just now; one that was there already makes no record of the stream. */
function endsOf(changes: readonly Change[], id: string): number {
  return changes.filter(
    ({ before, after }) =>
      before === undefined && kindOf(after?.PK, after?.SK) === 'end' && endedJob(after) === id,
  ).length;
}

/** The job whose end an item is. */
function endedJob(item: Item | undefined): string {
  return String(item?.SK).split('#').at(-1) ?? '';
}

function jobsTouched(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(changes.flatMap(jobsOf));
}

function jobsOf({ before, after }: Change): readonly string[] {
  const { PK, SK } = after ?? before ?? {};
  switch (kindOf(PK, SK)) {
    case 'job':
    case 'step':
    case 'event':
      return [String(PK).slice('JOB#'.length)];
    case 'place':
      return [String(SK).slice('QUEUE#'.length)];
    case 'end':
      return [endedJob(after ?? before)];
    case 'lock':
      return [before?.jobId, after?.jobId].filter((id) => id !== undefined).map(String);
    case 'other':
      return [];
  }
}

function eventsOf(changes: readonly Change[], partition: unknown): readonly Item[] {
  return changes.flatMap(({ after }) =>
    after !== undefined && after.PK === partition && kindOf(after.PK, after.SK) === 'event'
      ? [after]
      : [],
  );
}

type Kind = 'job' | 'step' | 'event' | 'end' | 'place' | 'lock' | 'other';

function kindOf(PK: unknown, SK: unknown): Kind {
  const [partition, sort] = [String(PK), String(SK)];
  if (partition.startsWith('ENDED#')) return 'end';
  if (partition.startsWith('JOB#')) {
    if (sort === 'JOB') return 'job';
    if (sort.startsWith('STEP#')) return 'step';
    return sort.startsWith('EVENT#') ? 'event' : 'other';
  }
  if (!partition.startsWith('BUDGET#')) return 'other';
  if (sort === 'RUNNING') return 'lock';
  return sort.startsWith('QUEUE#') ? 'place' : 'other';
}
