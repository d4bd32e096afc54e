import type { BudgetId, JobId } from '../domain/ids.ts';

/** Deletes everything that is kept of a budget, piece by piece: a run that is cut off is gone on with by the next. */

export interface ForgetPorts {
  readonly data: {
    openJobs(budget: BudgetId): Promise<readonly string[]>;
    /** @param most all, unless given. */
    jobs(budget: BudgetId, most?: number): Promise<readonly JobId[]>;
    deleteJob(id: JobId): Promise<boolean>;
    suggestions(budget: BudgetId): Promise<readonly ItemKey[]>;
    records(budget: BudgetId): Promise<readonly ItemKey[]>;
    delete(keys: readonly ItemKey[]): Promise<void>;
  };
  readonly objects: {
    /** Keys of all objects of the budget, whatever they are for. */
    keysOf(budget: BudgetId): Promise<readonly string[]>;
    remove(keys: readonly string[]): Promise<void>;
  };
  /** Names of the schedules that make jobs for the budget. */
  readonly schedulesOf: (budget: BudgetId) => readonly string[];
  /** False once there is no time to begin another piece. */
  readonly mayGoOn: () => boolean;
}

export interface ItemKey {
  readonly PK: string;
  readonly SK: string;
}

export interface ForgetCounts {
  /** Each with its steps, events, input and end. */
  readonly jobs: number;
  readonly suggestions: number;
  /** In the bucket. */
  readonly objects: number;
  /** Of snapshots and schedules. */
  readonly records: number;
}

export type Forgetting =
  /** Nothing was deleted: these schedules would only make the data anew. */
  | { readonly kind: 'scheduled'; readonly schedules: readonly string[] }
  /** Nothing was deleted: these jobs wait or run. */
  | { readonly kind: 'open'; readonly jobs: readonly string[] }
  | { readonly kind: 'counted'; readonly counts: ForgetCounts }
  /** @property complete false when there is more, or was no time for the rest. */
  | { readonly kind: 'deleted'; readonly counts: ForgetCounts; readonly complete: boolean };

/** Items are deleted a few at a time, objects side by side. */
const PIECE = 100;

/** More than there is time to delete: to look for hundreds of thousands each time would leave none of it. */
const JOBS_AT_ONCE = 10_000;

/** @param dryRun only counts what there is. */
export async function forget(
  ports: ForgetPorts,
  budget: BudgetId,
  dryRun: boolean,
): Promise<Forgetting> {
  const { data, objects } = ports;
  const schedules = ports.schedulesOf(budget);
  if (schedules.length > 0) return { kind: 'scheduled', schedules };
  const open = await data.openJobs(budget);
  if (open.length > 0) return { kind: 'open', jobs: open };
  const [jobs, suggestions, keys, records] = await Promise.all([
    dryRun ? data.jobs(budget) : data.jobs(budget, JOBS_AT_ONCE),
    data.suggestions(budget),
    objects.keysOf(budget),
    data.records(budget),
  ]);
  if (dryRun) {
    const counts = {
      jobs: jobs.length,
      suggestions: suggestions.length,
      objects: keys.length,
      records: records.length,
    };
    return { kind: 'counted', counts };
  }
  const areAll = jobs.length < JOBS_AT_ONCE;
  // What is private goes first, what leads to it last.
  const deleted = {
    suggestions: await inPieces(ports, suggestions, (piece) => data.delete(piece)),
    objects: await inPieces(ports, keys, (piece) => objects.remove(piece)),
    jobs: await jobsIn(ports, jobs),
    records: areAll ? await inPieces(ports, records, (piece) => data.delete(piece)) : 0,
  };
  return { kind: 'deleted', counts: deleted, complete: areAll && ports.mayGoOn() };
}

/** @returns how many were dealt with before the time was up. */
async function inPieces<T>(
  { mayGoOn }: Pick<ForgetPorts, 'mayGoOn'>,
  all: readonly T[],
  dealWith: (piece: readonly T[]) => Promise<void>,
): Promise<number> {
  let count = 0;
  while (count < all.length && mayGoOn()) {
    const piece = all.slice(count, count + PIECE);
    await dealWith(piece);
    count += piece.length;
  }
  return count;
}

async function jobsIn({ data, mayGoOn }: ForgetPorts, ids: readonly JobId[]): Promise<number> {
  let count = 0;
  for (const id of ids) {
    if (!mayGoOn()) break;
    if (await data.deleteJob(id)) count += 1;
  }
  return count;
}
