import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { takenByNpm } from '../client/npm-options.ts';
import { callStackHere } from '../client/on-this-machine.ts';

export interface RedriveOptions {
  readonly stackName: string;
  /** Only say what there is. */
  readonly dryRun: boolean;
}

export const HELP = `npm run redrive -- [options]

Puts dead letters back: what could not be delivered is delivered again, and leaves its queue once that went well.
Works on the stack that the AWS SDK's own settings lead to (AWS_PROFILE, AWS_REGION, …).

  --stack NAME  the stack (ActualJobs)
  --data DIR    the stack that npm start runs with this data folder, instead of one on AWS
  --dry-run     only count the dead letters
  --help        this text
`;

/** An option that cannot be right; says which and why. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/**
 * Refuses what would be done without an option that npm took for itself.
 *
 * @param command as npm calls it.
 * @param options that it has.
 * @throws OptionError
 */
export function refuseWhatNpmTook(
  command: string,
  options: readonly string[],
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const taken = takenByNpm(options, args, environment);
  if (taken.length === 0) return;
  throw new OptionError(
    `npm took ${taken.join(' and ')} for itself. Nothing was done: options come after --, as in npm run ${command} -- ${taken[0]}.`,
  );
}

const OPTIONS = {
  stack: { type: 'string', default: 'ActualJobs' },
  data: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export const REDRIVE_OPTIONS: readonly string[] = Object.keys(OPTIONS);

/**
 * @param from folder that relative paths are meant from.
 * @returns undefined when only the help is wanted.
 * @throws OptionError
 */
export function parseOptions(
  args: readonly string[],
  from: string,
): (RedriveOptions & { readonly data: string | undefined }) | undefined {
  const { stack, data, ...flags } = parsed(args);
  if (flags.help) return undefined;
  return {
    stackName: stack,
    dryRun: flags['dry-run'],
    data: data === undefined ? undefined : resolve(from, data),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new OptionError(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

/**
 * From here on the SDK asks the stack that `npm start` runs, which writes its settings into its data folder.
 *
 * @throws OptionError when that folder has none.
 */
export function useStackIn(data: string): void {
  const config = join(data, 'aws-config');
  if (!existsSync(config)) {
    throw new OptionError(`${data} is not the data folder of a stack that npm start runs.`);
  }
  callStackHere({ config, credentials: join(data, 'credentials') });
}
