import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ApiConfig } from './api.ts';
import { Auth, principalOf } from './auth.ts';
import { Model } from './model.ts';
import { Notices } from './notices.ts';
import { placeholdersIn } from './placeholders.ts';
import { RETENTION } from './retention.ts';
import { Retry } from './retry.ts';
import { SCHEDULES_MAX, Schedule } from './schedule.ts';
import { SERVERS_MAX, Server } from './server.ts';
import { wordingOf } from './wording.ts';

/** What an operator may set for a stack: one file, checked when the stack is synthesized. */

const ON_A_SERVER = 'has to be a budget of one of the servers';

export const Config = z
  .strictObject({
    /** The JSON schema of this file, for editors. */
    $schema: z.string().optional(),
    ...RETENTION,
    /** How a job asked for over the API tries again after a transient failure. */
    retry: Retry.default({ intervalSeconds: 2, maxAttempts: 3, backoffRate: 3 }),
    /** How a scheduled job does: nobody waits for it, so it gives a server time to come back. */
    scheduledRetry: Retry.default({ intervalSeconds: 60, maxAttempts: 3, backoffRate: 5 }),
    schedules: z
      .array(Schedule)
      .max(SCHEDULES_MAX, { message: `may name ${SCHEDULES_MAX} schedules` })
      .default([]),
    /** Without it there is one server, and every budget is looked for there. */
    servers: z
      .array(Server)
      .min(1, { message: 'has to name a server, or be left out' })
      .max(SERVERS_MAX, { message: `may name ${SERVERS_MAX} servers` })
      .optional(),
    /** Without it, whoever IAM lets in may do everything with every budget. */
    auth: Auth.optional(),
    /** Without it nothing is proposed where the past says nothing. */
    model: Model.optional(),
    /** Whether executions and functions are traced by X-Ray. */
    tracing: z.boolean().default(true),
    /** Without it alarms are seen in the console alone, and nobody is written to. */
    notices: Notices.optional(),
    api: ApiConfig.prefault({}),
  })
  .superRefine(({ $schema: _, ...deployed }, context) => {
    const message = `has to be written out: nothing is filled in for \${…} or {{…}}`;
    for (const path of placeholdersIn(deployed)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .superRefine(({ schedules, servers, auth }, context) => {
    const complain = (path: readonly (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message });
    for (const index of repeatedIn(schedules.map(({ name }) => name))) {
      complain(['schedules', index, 'name'], 'is taken already');
    }
    const callers = auth?.iam?.callers ?? [];
    for (const index of repeatedIn(callers.map(({ arn }) => principalOf(arn)))) {
      complain(['auth', 'iam', 'callers', index, 'arn'], 'is named already');
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
        complain(['schedules', index, 'budgetId'], ON_A_SERVER);
      }
    }
    for (const [index, { budgets = [] }] of callers.entries()) {
      for (const [place, budget] of budgets.entries()) {
        const path = ['auth', 'iam', 'callers', index, 'budgets', place];
        if (!mapped.includes(budget)) complain(path, ON_A_SERVER);
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

/** A configuration that cannot be used; the message says which field, why, and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * @param file path of a JSON file; without one, everything is as by default.
 * @throws ConfigError when it is no path, the file cannot be read, is not JSON, or a value is wrong.
 */
export function readConfig(file: unknown): StackConfig {
  if (file === undefined) return Config.parse({});
  if (typeof file === 'string' && file !== '') return parseConfig(read(file));
  // A stack without the schedules that somebody wrote down would look like one with them.
  throw new ConfigError('config has to be the path of a file, as in -c config=FILE.');
}

/** @throws ConfigError when a value is wrong. */
export function parseConfig(value: unknown): StackConfig {
  const parsed = Config.safeParse(value, { error: wordingOf });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .filter((issue) => !isOfEveryNumber(issue))
    .map((issue) => `  ${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new ConfigError(`The configuration cannot be used:\n${problems.join('\n')}`);
}

/** The bounds of all whole numbers are said beside those of the field itself, which are nearer. */
function isOfEveryNumber(issue: z.core.$ZodIssue): boolean {
  return (
    (issue.code === 'too_big' && issue.maximum === Number.MAX_SAFE_INTEGER) ||
    (issue.code === 'too_small' && issue.minimum === Number.MIN_SAFE_INTEGER)
  );
}

function read(file: string): unknown {
  let text: string;
  try {
    // Some editors begin a file with a mark, which a decoder takes away.
    text = new TextDecoder().decode(readFileSync(file));
  } catch {
    throw new ConfigError(`The configuration file ${file} cannot be read.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(`The configuration file ${file} is not JSON.`);
  }
}
