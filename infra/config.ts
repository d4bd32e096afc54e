import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What an operator may set for a stack: one file, checked when the stack is synthesized. */

const Retry = z.strictObject({
  intervalSeconds: z.number().min(1).max(900),
  maxAttempts: z.number().int().min(0).max(10),
  backoffRate: z.number().min(1).max(10),
});

const Config = z.strictObject({
  /** Days that jobs, steps, events and decided suggestions are kept. */
  retentionDays: z.number().int().min(1).max(3650).default(30),
  /** How a job asked for over the API tries again after a transient failure. */
  retry: Retry.default({ intervalSeconds: 2, maxAttempts: 3, backoffRate: 3 }),
  /** How a scheduled job does: nobody waits for it, so it gives a server time to come back. */
  scheduledRetry: Retry.default({ intervalSeconds: 60, maxAttempts: 3, backoffRate: 5 }),
});

export type StackConfig = z.infer<typeof Config>;
export type RetryConfig = z.infer<typeof Retry>;

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
