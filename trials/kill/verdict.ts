import { isDeepStrictEqual } from 'node:util';
import type { Accepted } from './callers.ts';

/** Whether every accepted job ran once, and nothing is left over. */

/** A job as the API shows it in the end, with its history. */
export interface Seen {
  readonly job: {
    readonly id: string;
    readonly status: string;
    readonly failureCode: string | null;
    readonly metadata: { readonly counts?: Readonly<Record<string, number>> };
  };
  readonly steps: readonly { readonly id: string }[];
  readonly events: readonly {
    readonly stepId: string | null;
    readonly status: string;
    readonly version: number;
  }[];
}

export interface Aftermath {
  readonly accepted: readonly Accepted[];
  /** Every job that the API lists. */
  readonly jobs: readonly Seen[];
  /** Sort keys of the places in line and the locks that the table still has. */
  readonly leftOver: readonly string[];
  /** By suggestion, the job that wrote it into the budget. */
  readonly appliedBy: ReadonlyMap<string, string | null>;
  /** Each budget as it is downloaded, and as it should be. */
  readonly budgets: readonly {
    readonly id: string;
    readonly is: unknown;
    readonly shouldBe: unknown;
  }[];
}

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled']);

/** @returns a sentence for each thing that is wrong. */
export function faultsOf({
  accepted,
  jobs,
  leftOver,
  appliedBy,
  budgets,
}: Aftermath): readonly string[] {
  const ids = accepted.map(({ jobId }) => jobId);
  const listed = new Set(jobs.map(({ job }) => job.id));
  const known = new Set(ids);
  return [
    ...ids.filter((id) => !listed.has(id)).map((id) => `lost: job ${id} is not listed`),
    ...[...listed].filter((id) => !known.has(id)).map((id) => `twice: job ${id} is nobody's`),
    ...ids
      .filter((id, index) => ids.indexOf(id) !== index)
      .map((id) => `lost: two idempotency keys made one job ${id}`),
    ...jobs.flatMap(faultsOfJob),
    ...leftOver.map((key) => `left over: ${key}`),
    ...accepted.flatMap((job) => faultsOfChange(job, appliedBy)),
    ...budgets
      .filter(({ is, shouldBe }) => !isDeepStrictEqual(is, shouldBe))
      .map(({ id }) => `budget ${id} is not as it should be`),
  ];
}

function faultsOfJob({ job, steps, events }: Seen): readonly string[] {
  const ofJob = events.filter(({ stepId }) => stepId === null);
  const claims = ofJob.filter(({ status }) => status === 'running').length;
  const ends = ofJob.filter(({ status }) => ENDED.has(status)).length;
  const repeated = steps.filter(
    ({ id }) => events.filter((one) => one.stepId === id && ENDED.has(one.status)).length !== 1,
  );
  const isGapless = events.every(({ version }, index) => version === index + 1);
  const name = `job ${job.id}`;
  return [
    ...(ENDED.has(job.status) ? [] : [`lost: ${name} is ${job.status}`]),
    ...(ENDED.has(job.status) && job.status !== 'succeeded'
      ? [`${name} is ${job.status} (${job.failureCode})`]
      : []),
    ...notOnce(claims, `${name} was claimed`),
    ...notOnce(ends, `${name} ended`),
    ...repeated.map(({ id }) => `${name}: its step ${id} did not end once`),
    ...(isGapless ? [] : [`${name}: its history has gaps`]),
  ];
}

function faultsOfChange(
  { jobId, change }: Accepted,
  appliedBy: ReadonlyMap<string, string | null>,
): readonly string[] {
  if (change === undefined) return [];
  const by = appliedBy.get(change.suggestionId) ?? 'nobody';
  return by === jobId ? [] : [`${change.suggestionId} of job ${jobId} was applied by ${by}`];
}

function notOnce(times: number, what: string): readonly string[] {
  if (times === 1) return [];
  return [`${times > 1 ? 'twice' : 'lost'}: ${what} ${times} times`];
}
