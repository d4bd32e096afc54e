import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../../client/printable.ts';
import { StartError } from './start-error.ts';

/** As EventBridge Scheduler takes it. */
const NIGHTLY = 'cron(0 3 * * ? *)';

/** What is said of the stack and its schedule. */
export interface ConfigOptions {
  /** Those that the schedule is for; without any there is none unless the user's own configuration has some. */
  readonly budgets: readonly string[];
  /** The user's own configuration, that the schedule is added to. */
  readonly configFile?: string | undefined;
  /** What named that file: `--config` unless given. */
  readonly namedBy?: string;
  /** Every night unless given; `off` for none. */
  readonly schedule: string | undefined;
  readonly timeZone: string | undefined;
}

export interface WrittenConfig {
  readonly file: string;
  /** A sentence about what goes on by itself. */
  readonly schedule: string;
  /** Whether the schedules are those of the user's own configuration. */
  readonly ownSchedules: boolean;
  /** Where the language model is, if the user's own configuration names one by its address. */
  readonly modelAddress?: string;
}

/**
 * Writes the configuration that a stack on this machine is synthesized with.
 *
 * @throws StartError when the user's own configuration cannot be read, or says another schedule than the options.
 */
export function writeConfig(options: ConfigOptions, data: string): WrittenConfig {
  const { configFile, namedBy = '--config', budgets } = options;
  const { schedule: expression = budgets.length === 0 ? 'off' : NIGHTLY } = options;
  const own = configFile === undefined ? {} : readConfig(configFile, namedBy);
  refuseWhatIsForAws(own, `${namedBy}: ${configFile}`);
  const { address } = modelIn(own);
  const file = join(data, 'config.json');
  const written = { file, ...(typeof address === 'string' ? { modelAddress: address } : {}) };
  const write = (config: object) => writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  if (Object.hasOwn(own, 'schedules')) {
    if (options.schedule !== undefined || options.timeZone !== undefined) {
      throw new StartError(
        `--${options.schedule === undefined ? 'time-zone' : 'schedule'}: ${configFile} has schedules already.`,
      );
    }
    refuseOtherBudgets(options, scheduledIn(own));
    write(own);
    return { ...written, schedule: ownSchedule(own, options), ownSchedules: true };
  }
  if (expression === 'off') {
    write(own);
    return { ...written, schedule: 'No job is scheduled.', ownSchedules: false };
  }
  const timeZone = options.timeZone ?? timeZoneHere();
  const schedules = budgets.map((budgetId) => ({
    name: `sync-${budgetId}`,
    budgetId,
    expression,
    timeZone,
  }));
  write({ ...own, schedules });
  const when = expression === NIGHTLY ? 'Every night at 3:00' : `By the schedule ${expression}`;
  const schedule = `${when} (${timeZone}) a job syncs and suggests.`;
  return { ...written, schedule, ownSchedules: false };
}

/** @throws StartError naming the first thing that a stack on this machine has no use for, or may not do. */
function refuseWhatIsForAws(own: object, where: string): void {
  if (Object.hasOwn(own, 'servers')) {
    throw new StartError(
      `${where} names servers; here there is one, of which the start tells the stack.`,
    );
  }
  if (Object.hasOwn(own, 'auth')) {
    throw new StartError(
      `${where} says who may call; here that is whoever can read the data folder.`,
    );
  }
  if (modelIn(own).provider === 'bedrock') {
    throw new StartError(
      `${where} names a model on Amazon Bedrock, which only a stack on AWS may ask; here it takes the provider openai.`,
    );
  }
}

/** Of the user's own schedules, a sentence; and for which of the budgets there is none. */
function ownSchedule(own: object, { budgets, configFile }: ConfigOptions): string {
  if ('schedules' in own && JSON.stringify(own.schedules) === '[]') return 'No job is scheduled.';
  const scheduled = scheduledIn(own);
  const without = budgets.filter((budget) => !scheduled.includes(budget));
  const but = without.length === 0 ? '' : `, but none for ${without.join(', ')}`;
  return `Jobs are scheduled by ${configFile}${but}.`;
}

/** What the schedules of a configuration name as their budgets. */
function scheduledIn(own: object): readonly unknown[] {
  const schedules = 'schedules' in own && Array.isArray(own.schedules) ? own.schedules : [];
  return schedules.map((schedule) => Object(schedule).budgetId);
}

/**
 * A job of a budget that nobody has looked for on the server fails at night, and is on no list that is looked at.
 *
 * @throws StartError naming the first such field.
 */
function refuseOtherBudgets(
  { budgets, configFile, namedBy = '--config' }: ConfigOptions,
  scheduled: readonly unknown[],
): void {
  for (const [index, budgetId] of budgets.length === 0 ? [] : scheduled.entries()) {
    // Whether it is one at all, the synthesis checks.
    if (typeof budgetId === 'string' && !budgets.includes(budgetId.toLowerCase())) {
      throw new StartError(
        `${namedBy}: ${configFile} has a schedule for ${printable(budgetId)} (schedules.${index}.budgetId): it has to be one of the budgets that --budget names.`,
      );
    }
  }
}

/** @throws StartError where the clock is in none that has a name, as with TZ=UTC+3. */
function timeZoneHere(): string {
  const { timeZone }: { readonly timeZone?: string } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone !== undefined && /^[A-Z]/.test(timeZone) && timeZone !== 'Etc/Unknown') {
    return timeZone;
  }
  throw new StartError(
    "This machine's clock is in no time zone that has a name: say which is meant with --time-zone, such as Europe/Berlin.",
  );
}

/**
 * The synthesis checks schedules; its words for those that the options made, with the option in place of the field.
 *
 * @returns what to do with its error: it throws.
 */
export function inTermsOfOptions(
  config: Pick<WrittenConfig, 'ownSchedules'> | undefined,
): (error: unknown) => never {
  return (error) => {
    const [, field, problem] =
      error instanceof StartError && config?.ownSchedules === false
        ? (/^ *schedules\.\d+\.(expression|timeZone): (.+)$/m.exec(error.message) ?? [])
        : [];
    if (problem === undefined) throw error;
    throw new StartError(`${field === 'timeZone' ? '--time-zone' : '--schedule'} ${problem}.`);
  };
}

function readConfig(file: string, namedBy: string): object {
  let config: unknown;
  try {
    // Some editors begin a file with a mark, which a decoder takes away.
    config = JSON.parse(new TextDecoder().decode(readFileSync(file)));
  } catch {
    throw new StartError(`${namedBy}: ${file} cannot be read, or is not JSON.`);
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new StartError(`${namedBy}: ${file} has to hold a JSON object.`);
  }
  return config;
}

/** Whether it is one at all, the synthesis checks. */
function modelIn(config: object): { readonly provider?: unknown; readonly address?: unknown } {
  return 'model' in config ? Object(config.model) : {};
}
