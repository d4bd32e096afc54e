import * as z from 'zod';
import { budgetId, isUuid, timestampAt } from '../domain/ids.ts';
import type { Work } from '../domain/job.ts';
import { runSchedule, type Scheduled } from '../jobs/schedule.ts';
import { ScheduleStore } from '../store/schedule-store.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { hashOf } from './adapters/hash.ts';
import { openJobs } from './clients.ts';
import { readEnvironment, retentionDaysOf } from './environment.ts';
import { invocation } from './invocation.ts';
import { logger } from './logger.ts';

/** A schedule's time has come: one job for it, however often the scheduler says so. */

const environment = readEnvironment('tableName', 'retentionDays');
const { jobs, client, meter } = openJobs(environment);
const schedules = new ScheduleStore({
  client,
  tableName: environment.tableName,
  now: clockAndIds.now,
  retentionDays: retentionDaysOf(environment.retentionDays),
});

const ScheduleEvent = z.object({
  /** Names the schedule; its execution id is another one for every attempt. */
  scheduleArn: z.string().min(1),
  /** ISO 8601 in UTC, with or without milliseconds: the time that was planned, not the time of the attempt. */
  scheduledTime: z.iso.datetime().transform((text) => timestampAt(Date.parse(text))),
  /** Name of the schedule in the stack's configuration. */
  schedule: z.string().min(1),
  budgetId: z.string().refine(isUuid).transform(budgetId),
  fullResync: z.boolean().exactOptional(),
  bankSync: z.boolean().exactOptional(),
  applyAtConfidence: z.number().min(0).max(1).exactOptional(),
});

const SAYINGS: Readonly<Record<Scheduled['kind'], string>> = {
  created: 'a scheduled time got its job',
  repeated: 'a scheduled time was delivered again; it has its job',
  skipped:
    'a scheduled time was skipped: a scheduled job that asks for the same still waits in line',
};

export const handler = invocation({
  event: ScheduleEvent,
  ids: (event) => ({ budgetId: event.budgetId, schedule: event.schedule }),
  meter,
  work: async ({ scheduleArn, scheduledTime, schedule, budgetId: budget, ...options }) => {
    // A delivery may come hours late, or be put back after days: neither the job nor the line's own time tells which one it was.
    logger.appendKeys({ scheduledTime });
    const work: Work = { type: 'scheduled_sync_and_suggest', ...options };
    const scheduled = await runSchedule(
      { schedules, jobs, ...clockAndIds },
      {
        key: hashOf('schedule', scheduleArn, scheduledTime),
        budgetId: budget,
        work,
        requestedBy: `schedule/${schedule}`,
      },
    );
    const { kind, jobId } = scheduled;
    logger.appendKeys({ jobId });
    logger.info(SAYINGS[kind], { kind });
    return { kind, jobId };
  },
});
