import { resolve } from 'node:path';
import { OptionError, readOptions } from './options.ts';

export interface ForgetOptions {
  readonly budgetId: string;
  readonly stackName: string;
  readonly dryRun: boolean;
  /** Data folder of the stack that npm start runs, instead of one on AWS. */
  readonly data: string | undefined;
}

export const FORGET_HELP = `npm run forget -- --budget SYNC_ID [options]

Deletes everything that a stack keeps of a budget: jobs, suggestions, snapshots. The budget itself, on its Actual server, is
not touched. Works on the stack that the AWS SDK's own settings lead to (AWS_PROFILE, AWS_REGION, …).

  --budget SYNC_ID  the budget, by its Sync ID from Settings → Advanced in Actual
  --stack NAME      the stack (ActualJobs)
  --data DIR        the stack that npm start runs with this data folder, instead of one on AWS
  --dry-run         only count what there is
  --yes             really delete it
  --help            this text

Ends with 0 when it is done, or counted; with 1 when it was refused or failed on the way; with 2 when it could not begin.
`;

const OPTIONS = {
  budget: { type: 'string' },
  stack: { type: 'string', default: 'ActualJobs' },
  data: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export const FORGET_OPTIONS: readonly string[] = Object.keys(OPTIONS);

const SYNC_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * @param from folder that relative paths are meant from.
 * @returns undefined when only the help is wanted.
 * @throws OptionError
 */
export function parseForgetOptions(
  args: readonly string[],
  from: string,
): ForgetOptions | undefined {
  const { values } = readOptions(FORGET_HELP, { args: [...args], options: OPTIONS });
  const { budget, stack, data, yes, help, 'dry-run': dryRun } = values;
  if (help) return undefined;
  if (budget === undefined || !SYNC_ID.test(budget)) {
    throw new OptionError(
      '--budget has to be the Sync ID from Settings → Advanced in Actual, in lower case.',
    );
  }
  if (!dryRun && !yes) {
    throw new OptionError(
      `This deletes jobs, suggestions and snapshots of ${budget} for good. Say --yes to do it, or --dry-run to count them.`,
    );
  }
  return {
    budgetId: budget,
    stackName: stack,
    dryRun,
    data: data === undefined ? undefined : resolve(from, data),
  };
}
