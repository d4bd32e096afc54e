import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isTimeZone, problemIn } from './schedule-expression.ts';

/** What an operator may set for a stack: one file, checked when the stack is synthesized. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const Retry = z.strictObject({
  intervalSeconds: z.number().min(1).max(900),
  maxAttempts: z.number().int().min(0).max(10),
  backoffRate: z.number().min(1).max(10),
});

/** When a budget is synced and suggested for by itself. */
const Schedule = z.strictObject({
  /** Tells the schedules apart; jobs say by it what asked for them. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, {
    message: 'has to be 1 to 64 letters, digits, - and _',
  }),
  /** Actual's sync id. */
  budgetId: z.string().regex(UUID, {
    message: 'has to be the Sync ID from Settings → Advanced in Actual, in lower case',
  }),
  /** As EventBridge Scheduler takes it: `cron(0 3 * * ? *)`, `rate(6 hours)`, `at(2027-01-31T03:00:00)`. */
  expression: z.string().superRefine((text, context) => {
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
  applyAtConfidence: z.number().min(0).max(1).optional(),
});

const Config = z.strictObject({
  /** Days that jobs, steps, events and decided suggestions are kept. */
  retentionDays: z.number().int().min(1).max(3650).default(30),
  /** How a job asked for over the API tries again after a transient failure. */
  retry: Retry.default({ intervalSeconds: 2, maxAttempts: 3, backoffRate: 3 }),
  /** How a scheduled job does: nobody waits for it, so it gives a server time to come back. */
  scheduledRetry: Retry.default({ intervalSeconds: 60, maxAttempts: 3, backoffRate: 5 }),
  schedules: z
    .array(Schedule)
    .default([])
    .superRefine((schedules, context) => {
      const names = schedules.map(({ name }) => name);
      for (const [index, name] of names.entries()) {
        if (names.indexOf(name) === index) continue;
        context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is taken already' });
      }
    }),
});

export type StackConfig = z.infer<typeof Config>;
export type RetryConfig = z.infer<typeof Retry>;
export type ScheduleConfig = z.infer<typeof Schedule>;

/** A configuration that cannot be used; the message says which field, why, and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * @param file path of a JSON file; without one, everything is as by default.
 * @throws ConfigError when the file cannot be read, is not JSON, or a value is wrong.
 */
export function readConfig(file: string | undefined): StackConfig {
  return file === undefined ? Config.parse({}) : parseConfig(read(file));
}

/** @throws ConfigError when a value is wrong. */
export function parseConfig(value: unknown): StackConfig {
  const parsed = Config.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.') || '(top level)'}: ${issue.message}`,
  );
  throw new ConfigError(`The configuration cannot be used:\n${problems.join('\n')}`);
}

function read(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(`The configuration file ${file} cannot be read.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(`The configuration file ${file} is not JSON.`);
  }
}
