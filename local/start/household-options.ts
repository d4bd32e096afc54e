import { resolve } from 'node:path';
import { parseServerUrl } from './server-address.ts';
import { StartError } from './start-error.ts';

/** The options for one's own Actual server. */

export interface HouseholdOptions {
  readonly kind: 'household';
  /** Address of the Actual server, without a slash at its end. */
  readonly serverUrl: string;
  /** Sync ids, each once; at least one. */
  readonly budgets: readonly string[];
  /** Absolute paths. */
  readonly passwordFile: string | undefined;
  readonly encryptionPasswordFile: string | undefined;
  readonly authorityFile: string | undefined;
  readonly modelKeyFile: string | undefined;
  /** Stack's configuration that the schedule is added to. */
  readonly configFile: string | undefined;
  /** As EventBridge Scheduler takes it, `off` for none; without it, every night. */
  readonly schedule: string | undefined;
  /** IANA's name; without it, this machine's. */
  readonly timeZone: string | undefined;
  /** Ignore what is kept of the server, and keep what is given now. */
  readonly forget: boolean;
}

/** As `parseArgs` takes them. */
export const HOUSEHOLD_OPTIONS = {
  server: { type: 'string' },
  budget: { type: 'string', multiple: true },
  'password-file': { type: 'string' },
  'encryption-password-file': { type: 'string' },
  ca: { type: 'string' },
  'allow-http': { type: 'boolean' },
  schedule: { type: 'string' },
  'time-zone': { type: 'string' },
  config: { type: 'string' },
  'model-key-file': { type: 'string' },
  forget: { type: 'boolean' },
} as const;

interface Values {
  readonly server?: string | undefined;
  readonly budget?: readonly string[] | undefined;
  readonly 'password-file'?: string | undefined;
  readonly 'encryption-password-file'?: string | undefined;
  readonly ca?: string | undefined;
  readonly 'allow-http'?: boolean | undefined;
  readonly schedule?: string | undefined;
  readonly 'time-zone'?: string | undefined;
  readonly config?: string | undefined;
  readonly 'model-key-file'?: string | undefined;
  readonly forget?: boolean | undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Those that the demo takes too. */
const NOT_LONELY: ReadonlySet<string> = new Set(['forget', 'schedule', 'time-zone']);
const WHERE = 'the Sync ID from Settings → Advanced in Actual';

/**
 * @returns undefined when nothing of one's own server was said; 'forget' when it is only to be forgotten.
 * @throws StartError naming the option at fault.
 */
export function householdOptions(
  values: Values,
  base: string,
): HouseholdOptions | 'forget' | undefined {
  const { server } = values;
  if (server === undefined) {
    const lonely = Object.keys(HOUSEHOLD_OPTIONS).find(
      (name) => !NOT_LONELY.has(name) && Object.hasOwn(values, name),
    );
    if (lonely !== undefined) {
      throw new StartError(`--${lonely} goes with --server, the address of your Actual server.`);
    }
    return values.forget === true ? 'forget' : undefined;
  }
  const serverUrl = parseServerUrl(server, { allowHttp: values['allow-http'] === true });
  if (values.ca !== undefined && serverUrl.startsWith('http:')) {
    throw new StartError('--ca goes with a server whose address begins with https://.');
  }
  if (values.schedule === 'off' && values['time-zone'] !== undefined) {
    throw new StartError('--time-zone goes with a schedule, and --schedule off is none.');
  }
  return {
    kind: 'household',
    serverUrl,
    budgets: budgetsOf(values.budget ?? []),
    passwordFile: path(values['password-file'], base),
    encryptionPasswordFile: path(values['encryption-password-file'], base),
    authorityFile: path(values.ca, base),
    configFile: path(values.config, base),
    modelKeyFile: path(values['model-key-file'], base),
    schedule: values.schedule,
    timeZone: values['time-zone'],
    forget: values.forget === true,
  };
}

function budgetsOf(given: readonly string[]): readonly string[] {
  if (given.length === 0) throw new StartError(`--server goes with --budget, ${WHERE}.`);
  const budgets = given.map((text) => text.trim().toLowerCase());
  const wrong = budgets.find((id) => !UUID.test(id));
  if (wrong !== undefined) throw new StartError(`--budget has to be ${WHERE}, not "${wrong}".`);
  return [...new Set(budgets)];
}

function path(file: string | undefined, base: string): string | undefined {
  return file === undefined ? undefined : resolve(base, file);
}
