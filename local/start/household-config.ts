import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

/** As EventBridge Scheduler takes it. */
const NIGHTLY = 'cron(0 3 * * ? *)';

/** What is said of the stack and its schedule. */
export interface ConfigOptions {
  readonly budgets: readonly string[];
  /** The user's own configuration, that the schedule is added to. */
  readonly configFile?: string | undefined;
  /** Every night unless given; `off` for none. */
  readonly schedule: string | undefined;
  readonly timeZone: string | undefined;
}

/**
 * Writes the configuration that a stack on this machine is synthesized with.
 *
 * @returns its file, and a sentence about what goes on by itself.
 * @throws StartError when the user's own configuration cannot be read, or says another schedule than the options.
 */
export function writeConfig(
  options: ConfigOptions,
  data: string,
): { readonly file: string; readonly schedule: string } {
  const { configFile, schedule: expression = NIGHTLY } = options;
  const own = configFile === undefined ? {} : readConfig(configFile);
  if (Object.hasOwn(own, 'servers')) {
    throw new StartError(
      `--config: ${configFile} names servers; here there is the one of --server.`,
    );
  }
  if (Object.hasOwn(own, 'auth')) {
    throw new StartError(
      `--config: ${configFile} says who may call; here that is whoever can read the data folder.`,
    );
  }
  if (providerIn(own) === 'bedrock') {
    throw new StartError(
      `--config: ${configFile} names a model on Amazon Bedrock, which only a stack on AWS may ask; here it takes the provider openai.`,
    );
  }
  const file = join(data, 'config.json');
  const write = (config: object) => writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  if (Object.hasOwn(own, 'schedules')) {
    if (options.schedule !== undefined || options.timeZone !== undefined) {
      throw new StartError(
        `--${options.schedule === undefined ? 'time-zone' : 'schedule'}: ${configFile} has schedules already.`,
      );
    }
    write(own);
    return { file, schedule: `Jobs are scheduled by ${configFile}.` };
  }
  if (expression === 'off') {
    write(own);
    return { file, schedule: 'No job is scheduled.' };
  }
  const timeZone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const schedules = options.budgets.map((budgetId) => ({
    name: `sync-${budgetId}`,
    budgetId,
    expression,
    timeZone,
  }));
  write({ ...own, schedules });
  const when = expression === NIGHTLY ? 'Every night at 3:00' : `By the schedule ${expression}`;
  return { file, schedule: `${when} (${timeZone}) a job syncs and suggests.` };
}

/** The synthesis checks schedules; its words for them, with the option in place of the field. */
export function inTermsOfOptions(error: unknown): never {
  const [, field, problem] =
    error instanceof StartError
      ? (/^ *schedules\.\d+\.(expression|timeZone): (.+)$/m.exec(error.message) ?? [])
      : [];
  if (problem === undefined) throw error;
  throw new StartError(`${field === 'timeZone' ? '--time-zone' : '--schedule'} ${problem}.`);
}

function readConfig(file: string): object {
  let config: unknown;
  try {
    config = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new StartError(`--config: ${file} cannot be read, or is not JSON.`);
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new StartError(`--config: ${file} has to hold a JSON object.`);
  }
  return config;
}

function providerIn(config: object): unknown {
  const model: unknown = 'model' in config ? config.model : undefined;
  return typeof model === 'object' && model !== null && 'provider' in model
    ? model.provider
    : undefined;
}
