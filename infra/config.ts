import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Model } from './model-config.ts';
import { isTimeZone, problemIn } from './schedule-expression.ts';

/** What an operator may set for a stack: one file, checked when the stack is synthesized. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const SyncId = z.string().regex(UUID, {
  message: 'has to be the Sync ID from Settings → Advanced in Actual, in lower case',
});

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
  budgetId: SyncId,
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

/** The environment of a function holds the ids of so many servers' secrets. */
const SERVERS_MAX = 10;

/** An Actual server and the budgets on it. */
const Server = z.strictObject({
  /** Names its secrets. */
  id: z.string().regex(/^[a-z][a-z0-9]{0,19}$/, {
    message: 'has to be 1 to 20 lower-case letters and digits, a letter first',
  }),
  budgets: z.array(SyncId).min(1, { message: 'has to name a budget' }),
});

const Config = z
  .strictObject({
    /** Days that jobs, steps, events and decided suggestions are kept. */
    retentionDays: z.number().int().min(1).max(3650).default(30),
    /** How a job asked for over the API tries again after a transient failure. */
    retry: Retry.default({ intervalSeconds: 2, maxAttempts: 3, backoffRate: 3 }),
    /** How a scheduled job does: nobody waits for it, so it gives a server time to come back. */
    scheduledRetry: Retry.default({ intervalSeconds: 60, maxAttempts: 3, backoffRate: 5 }),
    schedules: z.array(Schedule).default([]),
    /** Without it there is one server, and every budget is looked for there. */
    servers: z
      .array(Server)
      .min(1, { message: 'has to name a server, or be left out' })
      .max(SERVERS_MAX, { message: `may name ${SERVERS_MAX} servers` })
      .optional(),
    /** Without it nothing is proposed where the past says nothing. */
    model: Model.optional(),
  })
  .superRefine(({ schedules, servers }, context) => {
    const complain = (path: readonly (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message });
    for (const index of repeatedIn(schedules.map(({ name }) => name))) {
      complain(['schedules', index, 'name'], 'is taken already');
    }
    if (servers === undefined) return;
    for (const index of repeatedIn(servers.map(({ id }) => id))) {
      complain(['servers', index, 'id'], 'is taken already');
    }
    const places = servers.flatMap(({ budgets }, server) =>
      budgets.map((budget, index) => ({ budget, path: ['servers', server, 'budgets', index] })),
    );
    const mapped = places.map(({ budget }) => budget);
    for (const index of repeatedIn(mapped)) {
      complain(places[index]?.path ?? [], 'is named already: a budget is on one server');
    }
    for (const [index, { budgetId }] of schedules.entries()) {
      if (!mapped.includes(budgetId)) {
        complain(['schedules', index, 'budgetId'], 'has to be a budget of one of the servers');
      }
    }
  });

/** Where a text stands that stood before. */
function repeatedIn(texts: readonly string[]): readonly number[] {
  const seen = new Set<string>();
  return texts.flatMap((text, index) => {
    const repeated = seen.has(text);
    seen.add(text);
    return repeated ? [index] : [];
  });
}

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
