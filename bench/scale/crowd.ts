import * as z from 'zod';
import { type BudgetId, budgetId } from '../../functions/domain/ids.ts';
import type { Job } from '../../functions/domain/job.ts';
import { openJobs } from '../../functions/handlers/clients.ts';
import type { JobStore } from '../../functions/store/job-store.ts';
import { CALLERS, createdIn, newBudgets } from './accepting.ts';
import { atOnce } from './bare.ts';
import type { OneProcess } from './one-process.ts';

/** Very many jobs at once over very many budgets, from the call to the end of the last one, and whether all went as promised. */

export const JOBS = 10_000;
export const BUDGETS = 1_000;
/** So long nothing ends only when something is stuck. */
const STUCK_MS = 60_000;
const LOOK_MS = 200;
/** More than a budget has. */
const PAGE = 100;

export const Crowd = z.object({
  /** Milliseconds since the first call, each in ascending order. */
  accepted: z.array(z.number()),
  ended: z.array(z.number()),
  /** What is not as promised; empty when all is. */
  broken: z.array(z.string()),
});
export type Crowd = z.infer<typeof Crowd>;

/** @param events that were put on the event bus so far; one for each job that ended. */
export async function runCrowd(stack: OneProcess, events: readonly unknown[]): Promise<Crowd> {
  const budgets = newBudgets(BUDGETS);
  await stack.deliver();
  const started = Date.now();
  const calls = Array.from({ length: JOBS }, (_, n) => budgets[n % BUDGETS] ?? '');
  const create = (budget: string) => createdIn((event) => stack.call('CreateJob', event), budget);
  const ids = await atOnce(calls, CALLERS, create);
  await allTold(events);

  const { jobs: store } = openJobs({ tableName: stack.tableName });
  const lists = await atOnce(budgets, CALLERS, (id) => jobsOf(store, budgetId(id)));
  const jobs = lists.flat();
  const since = (times: readonly (string | null)[]) =>
    times.map((time) => Date.parse(String(time)) - started).sort((one, other) => one - other);
  return {
    accepted: since(jobs.map(({ createdAt }) => createdAt)),
    ended: since(jobs.map(({ completedAt }) => completedAt)),
    broken: brokenPromises(ids, jobs, events.map(toldOf)),
  };
}

/** Waits until as many events came as there are jobs, or none any more. */
async function allTold(events: readonly unknown[]): Promise<void> {
  let [count, since] = [events.length, Date.now()];
  while (events.length < JOBS && Date.now() - since < STUCK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (events.length > count) [count, since] = [events.length, Date.now()];
  }
}

const Ended = z.object({ detail: z.object({ jobId: z.string() }) });

function toldOf(event: unknown): string {
  return Ended.parse(event).detail.jobId;
}

/** A budget's jobs, newest first. */
async function jobsOf(store: Pick<JobStore, 'list'>, id: BudgetId): Promise<readonly Job[]> {
  return (await store.list({ budgetId: id }, { limit: PAGE })).jobs;
}

/**
 * None lost, all succeeded and told of, and those of one budget ran one after the other as they were created.
 *
 * @param accepted ids of the jobs that callers were told of.
 * @param jobs those of each budget together, newest first.
 * @param told ids of the jobs whose ends were told on the event bus; perhaps more than once.
 * @returns what is not so.
 */
export function brokenPromises(
  accepted: readonly string[],
  jobs: readonly Job[],
  told: readonly string[],
): string[] {
  const known = new Set<string>(jobs.map(({ id }) => id));
  const lost = accepted.filter((id) => !known.has(id));
  const heard = new Set(told);
  const untold = jobs.filter(({ id }) => !heard.has(id));
  const unsuccessful = jobs.filter(({ status }) => status !== 'succeeded');
  const early = jobs.filter((job, place) => {
    const before = jobs[place + 1];
    if (before?.budgetId !== job.budgetId) return false;
    return String(job.startedAt) < String(before.completedAt) || job.id < before.id;
  });
  return [
    ...lost.map((id) => `${id} is gone`),
    ...(known.size === accepted.length ? [] : [`${known.size} jobs of ${accepted.length} calls`]),
    ...unsuccessful.map(({ id, status }) => `${id} is ${status}`),
    ...untold.map(({ id }) => `the end of ${id} was not told`),
    ...early.map(({ id }) => `${id} did not wait for the one before it`),
  ];
}
