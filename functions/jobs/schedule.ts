import type { BudgetId, EventId, JobId, StepId, Timestamp } from '../domain/ids.ts';
import type { JobRecord, ScheduledOptions, Work } from '../domain/job.ts';
import type { JobChange } from '../domain/job-change.ts';
import { createJob } from '../domain/transitions.ts';

/** A scheduled time, as often as it may be delivered. */
export interface ScheduledTime {
  /** Names the schedule and the time: the same for each delivery of it. */
  readonly key: string;
  readonly budgetId: BudgetId;
  readonly work: Extract<Work, { readonly type: 'scheduled_sync_and_suggest' }>;
  /** The schedule, as the job's `requestedBy` says it. */
  readonly requestedBy: string;
}

interface AnsweredTime {
  readonly key: string;
  readonly bodyHash: string;
  readonly seconds: number;
}

/** `repeated`: this time was answered before, with this job. */
type Outcome =
  | { readonly kind: 'written' | 'overtaken' }
  | { readonly kind: 'repeated'; readonly jobId: JobId };

/** The scheduled jobs of a budget that ask for the same, one after the other. */
export interface ScheduledJobs {
  last(budgetId: BudgetId, asked: ScheduledOptions): Promise<JobId | undefined>;
  /** 'overtaken' when another scheduled job of the budget that asks for the same was written since `last` was read. */
  create(creation: {
    readonly change: JobChange;
    readonly request: AnsweredTime;
    readonly last: JobId | undefined;
    /** The last one where it was not found: 'overtaken' when it is there all the same. */
    readonly gone: JobId | undefined;
  }): Promise<Outcome>;
  /** 'overtaken' when the job no longer waits. */
  answerWith(waiting: JobId, request: AnsweredTime): Promise<Outcome>;
}

export interface SchedulePorts {
  readonly schedules: ScheduledJobs;
  readonly jobs: { get(jobId: JobId): Promise<JobRecord | undefined> };
  readonly now: () => Timestamp;
  readonly newJobId: () => JobId;
  readonly newStepId: () => StepId;
  readonly newEventId: () => EventId;
}

/** What became of a scheduled time: a new job, the one waiting before it, or the one that it was answered with before. */
export interface Scheduled {
  readonly kind: 'created' | 'skipped' | 'repeated';
  readonly jobId: JobId;
}

/**
 * A scheduled time stays answered for longer than any delivery of it can come: the scheduler tries for 12 hours,
 * Lambda for 6, and what both gave up is kept for 14 days to be delivered by hand.
 */
const ANSWERED_SECONDS = 16 * 86_400;
const ROUNDS = 10;

/** Other scheduled times of the budget came in between each time. The delivery is tried again. */
export class BusyScheduleError extends Error {
  override readonly name = 'BusySchedule';

  constructor() {
    super('Other scheduled times of this budget came in between again and again.');
  }
}

/**
 * Gives a scheduled time its job, once, in whatever order and however often times are delivered. While a scheduled job that
 * asks for the same waits in line, that one is the answer: jobs that nobody waits for do not pile up. One that asks for less,
 * or for something else, answers for nothing: two schedules of a budget often meet.
 */
export async function runSchedule(ports: SchedulePorts, time: ScheduledTime): Promise<Scheduled> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const scheduled = await answer(ports, time);
    if (scheduled !== undefined) return scheduled;
  }
  throw new BusyScheduleError();
}

/** @returns undefined when somebody else was faster: look again. */
async function answer(ports: SchedulePorts, time: ScheduledTime): Promise<Scheduled | undefined> {
  const { schedules, jobs } = ports;
  const request = { key: time.key, bodyHash: '', seconds: ANSWERED_SECONDS };
  const last = await schedules.last(time.budgetId, time.work);
  const before = last === undefined ? undefined : await jobs.get(last);
  if (before?.job.status === 'queued') {
    const { id } = before.job;
    return resultOf(await schedules.answerWith(id, request), { kind: 'skipped', jobId: id });
  }
  const change = newJob(ports, time);
  const { id } = change.record.job;
  const gone = before === undefined ? last : undefined;
  const outcome = await schedules.create({ change, request, last, gone });
  return resultOf(outcome, { kind: 'created', jobId: id });
}

function resultOf(outcome: Outcome, written: Scheduled): Scheduled | undefined {
  if (outcome.kind === 'written') return written;
  return outcome.kind === 'repeated' ? outcome : undefined;
}

function newJob(ports: SchedulePorts, { budgetId, work, requestedBy }: ScheduledTime): JobChange {
  const { newJobId, newStepId, now, newEventId } = ports;
  return createJob(
    { id: newJobId(), budgetId, work, trigger: 'schedule', requestedBy, newStepId },
    { now: now(), newEventId },
  );
}
