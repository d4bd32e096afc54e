import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { takenByNpm } from '../../client/npm-options.ts';
import { HOUSEHOLD_OPTIONS, type HouseholdOptions, householdOptions } from './household-options.ts';
import { StartError } from './start-error.ts';

export interface StartOptions {
  readonly kind: 'start';
  readonly port: number;
  readonly data: string;
  /** End after the first job. */
  readonly once: boolean;
  /** Print the ended job as JSON on the last line; everything else goes to standard error. */
  readonly json: boolean;
  /** Whose Actual server and budgets: the demo's, which comes along, or one's own. */
  readonly home: DemoOptions | HouseholdOptions;
}

export interface DemoOptions {
  readonly kind: 'demo';
  /** When to sync and suggest, as EventBridge Scheduler takes it; without it, never. */
  readonly schedule: string | undefined;
  /** IANA's name; without it, this machine's. */
  readonly timeZone: string | undefined;
}

export type Command =
  | { readonly kind: 'help' }
  /** Forget what is kept of one's own server, and end. */
  | { readonly kind: 'forget'; readonly data: string }
  | StartOptions;

const DEFAULT_PORT = 8787;
const REPOSITORY = join(import.meta.dirname, '../..');
const DEMO_DATA = join(REPOSITORY, '.data');
const HOUSEHOLD_DATA = join(REPOSITORY, '.household');

export const HELP = `npm start -- [options]

Runs actual-jobs on this machine with a demo budget, and one job on it.

  --once       end after the job; exit code 0 only if it succeeded
  --json       print the ended job as one JSON document on the last line
  --port N     port of the API on this machine (${DEFAULT_PORT})
  --data DIR   where everything is kept between starts (.data; with --server .household)
  --schedule   when to sync and suggest by itself, such as "rate(1 hour)"
  --help       this text

npm start -- --server URL --budget SYNC_ID [options]

Runs it for budgets on your own Actual server, until you press Ctrl-C. The password is asked for at the first start.

  --server URL                     address of the Actual server
  --budget SYNC_ID                 in Actual: Settings → Advanced → Sync ID; again for each further budget
  --password-file FILE             read the server's password from a file that only you can read
  --encryption-password-file FILE  the same for the encryption password of budgets that have one
  --ca FILE                        also trust the certificate authority in this file (PEM)
  --schedule EXPRESSION            when to sync and suggest: cron(0 3 * * ? *) unless given, rate(6 hours), or off
  --time-zone ZONE                 the schedule's time zone, such as Europe/Berlin (this machine's)
  --config FILE                    configuration of the stack (JSON); with schedules in it, those are taken
  --model-key-file FILE            the same for the key of the language model that the configuration names
  --allow-http                     allow http:// to another machine: the password travels readable
  --forget                         forget the server, the passwords and the model's key that are kept in the data folder`;

const OPTIONS = {
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  port: { type: 'string' },
  data: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  ...HOUSEHOLD_OPTIONS,
} as const;

/**
 * @param base folder that relative paths start from.
 * @param environment in which npm says what it took for itself.
 * @throws StartError naming the option at fault.
 */
export function parseOptions(
  args: readonly string[],
  base = process.cwd(),
  environment: Readonly<Record<string, string | undefined>> = {},
): Command {
  const taken = takenByNpm(Object.keys(OPTIONS), args, environment);
  if (taken.length > 0) {
    throw new StartError(
      `npm took ${taken.join(' and ')} for itself. Nothing was started: options come after --, as in npm start -- ${taken[0]}.`,
    );
  }
  const values = parsed(args);
  if (values.help === true) return { kind: 'help' };
  if (values.data === '') throw new StartError('--data has to be a folder, and is empty.');
  const household = householdOptions(values, base);
  const data =
    values.data === undefined
      ? household === undefined
        ? DEMO_DATA
        : HOUSEHOLD_DATA
      : resolve(base, values.data);
  if (household === 'forget') return { kind: 'forget', data };
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!/^\d+$/.test(values.port ?? '0') || port > 65_535) {
    throw new StartError(`--port has to be a number from 0 to 65535, not "${values.port}".`);
  }
  if (values.json === true && values.once !== true) {
    throw new StartError('--json goes with --once: it prints the job after which to end.');
  }
  if (values.json === true && household !== undefined && household.budgets.length > 1) {
    throw new StartError('--json goes with one --budget: it prints one job.');
  }
  return {
    kind: 'start',
    port,
    data,
    once: values.once === true,
    json: values.json === true,
    home: household ?? demoOptions(values),
  };
}

function demoOptions(values: ReturnType<typeof parsed>): DemoOptions {
  const { schedule, 'time-zone': timeZone } = values;
  if (timeZone !== undefined && schedule === undefined) {
    throw new StartError('--time-zone goes with --schedule, or with --server.');
  }
  return { kind: 'demo', schedule, timeZone };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const [reason = 'The options cannot be read'] =
      error instanceof Error ? error.message.split('. ') : [];
    // What stands before npm's --, it takes for its own, and leaves the value to us.
    const hint = reason.startsWith('Unexpected argument')
      ? 'Options come after --, as in npm start -- --port 9000.'
      : '--help lists the options.';
    throw new StartError(`${reason}. ${hint}`);
  }
}
