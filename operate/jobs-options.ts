import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Job, Suggestion } from '../client/schema.ts';
import { LIMIT_MAX } from './commands.ts';
import type { Command, Decision, Filter, JobsOptions } from './jobs-order.ts';
import { OptionError } from './options.ts';

/** What `npm run jobs` is asked to do, and where. */

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const OPTIONS = {
  stack: TEXT,
  data: TEXT,
  url: TEXT,
  region: TEXT,
  'token-file': TEXT,
  budget: TEXT,
  json: FLAG,
  help: FLAG,
  type: TEXT,
  status: TEXT,
  limit: TEXT,
  events: FLAG,
  wait: FLAG,
  'no-wait': FLAG,
  payee: TEXT,
  category: TEXT,
  above: TEXT,
  'to-category': TEXT,
  'to-payee': TEXT,
  'dry-run': FLAG,
} as const;
type Name = keyof typeof OPTIONS;

export const JOBS_OPTIONS: readonly string[] = Object.keys(OPTIONS);

type Values = ReturnType<typeof read>['values'];

const FILTER: readonly Name[] = ['payee', 'category', 'above'];

/** What a command takes beside where and for which budget. */
const COMMANDS: Readonly<
  Record<
    Command['kind'],
    { readonly options: readonly Name[]; readonly names: 'none' | 'one' | 'any' }
  >
> = {
  list: { options: ['type', 'status', 'limit'], names: 'none' },
  show: { options: ['events', 'wait'], names: 'one' },
  suggestions: { options: [...FILTER, 'status', 'limit'], names: 'none' },
  approve: { options: [...FILTER, 'to-category', 'to-payee', 'dry-run'], names: 'any' },
  reject: { options: [...FILTER, 'dry-run'], names: 'any' },
  apply: { options: ['above', 'no-wait'], names: 'any' },
  cancel: { options: [], names: 'one' },
  retry: { options: ['no-wait'], names: 'one' },
};
const EVERYWHERE: readonly string[] = [
  'stack',
  'data',
  'url',
  'region',
  'token-file',
  'budget',
  'json',
];

/**
 * @param from folder that relative paths are meant from.
 * @returns undefined when only the help is wanted.
 * @throws OptionError
 */
export function parseJobsOptions(args: readonly string[], from: string): JobsOptions | undefined {
  const { values, positionals } = read(args);
  const [kind, ...named] = positionals;
  if (kind === undefined || kind === 'help' || values.help) return undefined;
  if (!isKind(kind)) throw new OptionError(`There is no command ${kind}. See --help.`);
  refuseOthers(kind, named, values);
  return {
    command: commandOf(kind, named, values),
    target: {
      stackName: values.stack ?? 'ActualJobs',
      data: values.data === undefined ? undefined : resolve(from, values.data),
      url: values.url,
      region: values.region,
      tokenFile:
        values['token-file'] === undefined ? undefined : resolve(from, values['token-file']),
    },
    budget: values.budget,
    json: values.json ?? false,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new OptionError(`${error instanceof Error ? error.message : error}. See --help.`);
  }
}

function isKind(name: string): name is Command['kind'] {
  return Object.hasOwn(COMMANDS, name);
}

function refuseOthers(kind: Command['kind'], named: readonly string[], values: Values): void {
  const { options, names } = COMMANDS[kind];
  const taken: readonly string[] = [...EVERYWHERE, ...options];
  const wrong = Object.keys(values).find((name) => !taken.includes(name));
  if (wrong !== undefined)
    throw new OptionError(`--${wrong} does not go with ${kind}. See --help.`);
  const places = [values.stack, values.data, values.url].filter((place) => place !== undefined);
  if (places.length > 1) throw new OptionError('Give one of --stack, --data and --url.');
  if (values.region !== undefined && values.url === undefined) {
    throw new OptionError(
      '--region goes with --url; where a stack is, AWS_REGION or AWS_PROFILE say.',
    );
  }
  if (names === 'one' && (named.length !== 1 || named[0] === '')) {
    throw new OptionError(`${kind} takes the id of one job, as list shows it.`);
  }
  if (names === 'none' && named.length > 0) {
    throw new OptionError(`${kind} takes nothing beside options: ${named[0]} is one too many.`);
  }
}

function commandOf(kind: Command['kind'], named: readonly string[], values: Values): Command {
  const [jobId = ''] = named;
  const wait = !values['no-wait'];
  switch (kind) {
    case 'list':
      return {
        kind,
        type: oneOf(TYPES, 'type', values.type),
        status: oneOf(STATUSES, 'status', values.status),
        limit: limitOf(values, 20),
      };
    case 'show':
      return { kind, jobId, events: values.events ?? false, wait: values.wait ?? false };
    case 'suggestions':
      return {
        kind,
        filter: filterOf(values),
        status: oneOf(SUGGESTION_STATUSES, 'status', values.status) ?? 'pending',
        limit: limitOf(values, 100),
      };
    case 'approve':
    case 'reject':
      return {
        kind,
        ...whichOf(kind, named, values),
        toCategory: values['to-category'],
        toPayee: values['to-payee'],
        dryRun: values['dry-run'] ?? false,
      };
    case 'apply':
      if (named.length > 0 && values.above !== undefined) {
        throw new OptionError('--above does not go with ids: those are named one by one.');
      }
      return { kind, ids: named, above: confidenceOf(values.above), wait };
    case 'cancel':
      return { kind, jobId };
    case 'retry':
      return { kind, jobId, wait };
  }
}

const TYPES: Readonly<Record<Job['type'], true>> = {
  budget_sync: true,
  suggestions_generate: true,
  sync_and_suggest: true,
  suggestions_retry_payee: true,
  suggestions_apply: true,
  snapshot_create: true,
  snapshot_redownload: true,
  scheduled_sync_and_suggest: true,
};
const STATUSES: Readonly<Record<Job['status'], true>> = {
  queued: true,
  running: true,
  succeeded: true,
  failed: true,
  canceled: true,
};
const SUGGESTION_STATUSES: Readonly<Record<Suggestion['status'], true>> = {
  pending: true,
  approved: true,
  rejected: true,
  applied: true,
};

function oneOf<Word extends string>(
  words: Readonly<Record<Word, true>>,
  option: string,
  text: string | undefined,
): Word | undefined {
  if (text === undefined) return undefined;
  const isWord = (name: string): name is Word => Object.hasOwn(words, name);
  if (isWord(text)) return text;
  throw new OptionError(`--${option} has to be one of ${Object.keys(words).join(', ')}.`);
}

/** Either ids or what suggestions are: a filter that leaves out some of what is named would be no help to anybody. */
function whichOf(
  kind: string,
  ids: readonly string[],
  values: Values,
): Pick<Decision, 'ids' | 'filter'> {
  const filter = filterOf(values);
  const filtered = Object.keys(filter).length > 0;
  if (ids.length > 0 === filtered) {
    throw new OptionError(
      `${kind} takes either ids, as suggestions shows them, or --payee, --category and --above.`,
    );
  }
  return { ids, filter };
}

function filterOf({ payee, category, above }: Values): Filter {
  const confidence = confidenceOf(above);
  return {
    ...(payee === undefined ? {} : { payee }),
    ...(category === undefined ? {} : { category }),
    ...(confidence === undefined ? {} : { above: confidence }),
  };
}

function confidenceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const confidence = Number(text);
  if (text.trim() === '' || !(confidence >= 0 && confidence <= 1)) {
    throw new OptionError('--above has to be a confidence from 0 to 1, such as 0.9.');
  }
  return confidence;
}

function limitOf({ limit }: Values, otherwise: number): number {
  if (limit === undefined) return otherwise;
  const number = Number(limit);
  if (!/^\d+$/.test(limit) || number < 1 || number > LIMIT_MAX) {
    throw new OptionError(`--limit has to be a whole number from 1 to ${LIMIT_MAX}.`);
  }
  return number;
}
