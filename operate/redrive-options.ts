import { resolve } from 'node:path';
import { readOptions } from './options.ts';

export interface RedriveOptions {
  readonly stackName: string;
  /** Only say what there is. */
  readonly dryRun: boolean;
  /** Data folder of the stack that npm start runs, instead of one on AWS. */
  readonly data: string | undefined;
}

export const REDRIVE_HELP = `npm run redrive -- [options]

Puts dead letters back: what could not be delivered is delivered again, and leaves its queue once that went well.
Works on the stack that the AWS SDK's own settings lead to (AWS_PROFILE, AWS_REGION, …).

  --stack NAME  the stack (ActualJobs)
  --data DIR    the stack that npm start runs with this data folder, instead of one on AWS
  --dry-run     only count the dead letters
  --help        this text

Ends with 0 when no dead letter is left, or they were only counted; with 1 when some stay, or it broke off on
the way; with 2 when it could not begin.
`;

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
export function parseRedriveOptions(
  args: readonly string[],
  from: string,
): RedriveOptions | undefined {
  const { values } = readOptions(REDRIVE_HELP, { args: [...args], options: OPTIONS });
  const { stack, data, ...flags } = values;
  if (flags.help) return undefined;
  return {
    stackName: stack,
    dryRun: flags['dry-run'],
    data: data === undefined ? undefined : resolve(from, data),
  };
}
