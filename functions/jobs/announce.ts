import { type JobId, latest, millisecondsAfter, type Timestamp } from '../domain/ids.ts';
import type { Job, JobRecord } from '../domain/job.ts';
import { isTerminal } from '../domain/status.ts';

export interface AnnouncedJobs {
  get(jobId: JobId): Promise<JobRecord | undefined>;
  /** The jobs that ended between two times, both included. */
  endedBetween(from: Timestamp, to: Timestamp): Promise<readonly JobId[]>;
}

export interface AnnouncePorts {
  readonly jobs: AnnouncedJobs;
  /** Tells whoever listens that these jobs ended. @returns those that were not taken, with the reason. */
  publish(jobs: readonly Job[]): Promise<readonly Unpublished[]>;
}

export interface Unpublished {
  readonly jobId: JobId;
  readonly error: unknown;
}

/** How many jobs one call of the event bus may name. */
export const MOST_AT_ONCE = 10;

export type Announcement =
  | { readonly kind: 'announced'; readonly job: Job }
  /** Its time is over, or its budget was forgotten: there is nothing to tell. */
  | { readonly kind: 'gone'; readonly jobId: JobId }
  | { readonly kind: 'failed'; readonly jobId: JobId; readonly error: unknown };

/** Said of a job whose end was delivered although it goes on: nothing that this version writes does that. */
class NotEndedError extends Error {
  override readonly name = 'NotEnded';

  constructor() {
    super('The job has not ended.');
  }
}

/**
 * Tells of jobs that ended, each at least once: whoever calls it again for the same job tells of it again. One that cannot
 * be told of does not hold up the others.
 *
 * @returns what became of each, in the order given.
 */
export async function announce(
  ports: AnnouncePorts,
  jobIds: readonly JobId[],
): Promise<readonly Announcement[]> {
  const announcements: Announcement[] = [];
  const left = [...jobIds];
  while (left.length > 0) {
    announcements.push(...(await announceFew(ports, left.splice(0, MOST_AT_ONCE))));
  }
  return announcements;
}

async function announceFew(
  { jobs, publish }: AnnouncePorts,
  jobIds: readonly JobId[],
): Promise<readonly Announcement[]> {
  const found = await Promise.all(jobIds.map((jobId) => look(jobs, jobId)));
  const ended = found.flatMap((one) => (one.kind === 'announced' ? [one.job] : []));
  if (ended.length === 0) return found;
  const failed = await publishAll(publish, ended);
  return found.map((one) => {
    const jobId = one.kind === 'announced' ? one.job.id : one.jobId;
    const refused = failed.find((other) => other.jobId === jobId);
    return refused === undefined ? one : { kind: 'failed', ...refused };
  });
}

async function look(jobs: AnnouncedJobs, jobId: JobId): Promise<Announcement> {
  try {
    const found = await jobs.get(jobId);
    if (found === undefined) return { kind: 'gone', jobId };
    return isTerminal(found.job.status)
      ? { kind: 'announced', job: found.job }
      : { kind: 'failed', jobId, error: new NotEndedError() };
  } catch (error) {
    return { kind: 'failed', jobId, error };
  }
}

/** A call that did not go through took none of them, as far as we know. */
async function publishAll(
  publish: AnnouncePorts['publish'],
  jobs: readonly Job[],
): Promise<readonly Unpublished[]> {
  try {
    return await publish(jobs);
  } catch (error) {
    return jobs.map(({ id: jobId }) => ({ jobId, error }));
  }
}

/** A job ends by the clock of the function that ended it, before its end comes onto the stream: an hour behind, at worst. */
const BEFORE_MS = 90 * 60_000;
/** The stream's times are approximate, and the function's clock may be ahead. */
const AFTER_MS = 5 * 60_000;

/** From one time to another, both included. */
export interface Span {
  readonly from: Timestamp;
  readonly to: Timestamp;
}

/**
 * Tells again of the jobs whose ends came onto the stream in these spans, and of those around them. An outage sets many
 * ends aside that lie close together: each is told once, not once for each of them.
 */
export async function announceAgain(
  ports: AnnouncePorts,
  spans: readonly Span[],
): Promise<readonly Announcement[]> {
  const announcements: Announcement[] = [];
  for (const { from, to } of withoutOverlap(spans.map(around))) {
    announcements.push(...(await announce(ports, await ports.jobs.endedBetween(from, to))));
  }
  return announcements;
}

function around({ from, to }: Span): Span {
  return { from: millisecondsAfter(from, -BEFORE_MS), to: millisecondsAfter(to, AFTER_MS) };
}

/** The same times in as few spans as they take, in their order. */
function withoutOverlap(spans: readonly Span[]): readonly Span[] {
  const apart: Span[] = [];
  for (const span of spans.toSorted((one, other) => (one.from < other.from ? -1 : 1))) {
    const last = apart.at(-1);
    if (last === undefined || span.from > last.to) apart.push(span);
    else apart.splice(-1, 1, { from: last.from, to: latest(last.to, span.to) });
  }
  return apart;
}
