import { z } from 'zod';
import { isTimeZone, problemIn } from './schedule-expression.ts';
import { SyncId } from './sync-id.ts';

/** A stack of CloudFormation holds 500 resources: these, and what else a configuration may ask for. */
export const SCHEDULES_MAX = 250;

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html#API_CreateSchedule_RequestSyntax */
const EXPRESSION_MAX = 256;

/** When a budget is synced and suggested for by itself. */
export const Schedule = z.strictObject({
  /** Tells the schedules apart; jobs say by it what asked for them. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, {
    message: 'has to be 1 to 64 letters, digits, - and _, a letter or digit first',
  }),
  /** Actual's sync id. */
  budgetId: SyncId,
  /** As EventBridge Scheduler takes it: `cron(0 3 * * ? *)`, `rate(6 hours)`, `at(2027-01-31T03:00:00)`. */
  expression: z
    .string()
    .max(EXPRESSION_MAX)
    .superRefine((text, context) => {
      const message = problemIn(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
  /** The zone in which cron and at are meant. */
  timeZone: z
    .string()
    .refine(isTimeZone, { message: "has to be one of IANA's time zones, such as Europe/Berlin" })
    .default('UTC'),
  /** Distrust the snapshot and download the whole budget. */
  fullResync: z.boolean().optional(),
  /** Run Actual's own bank sync first. */
  bankSync: z.boolean().optional(),
  /** Apply what is approved, and what is proposed with at least this confidence; without it nothing is applied. */
  applyAtConfidence: z
    .number()
    .min(0)
    .max(1)
    // The table holds no number nearer to zero than 1e-130.
    .refine((confidence) => confidence === 0 || confidence >= 1e-9, {
      message: 'has to be 0, or at least 1e-9',
    })
    .optional(),
});

export type ScheduleConfig = z.infer<typeof Schedule>;
