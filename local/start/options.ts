import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly port: number;
  readonly data: string;
  /** End after the first job. */
  readonly once: boolean;
  /** Print the ended job as JSON on the last line; everything else goes to standard error. */
  readonly json: boolean;
}

/** A reason not to start: one sentence for the user. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const DEFAULT_PORT = 8787;
const REPOSITORY = join(import.meta.dirname, '../..');

export const HELP = `npm start -- [options]

Runs actual-jobs on this machine with a demo budget, and one job on it.

  --once       end after the job; exit code 0 only if it succeeded
  --json       print the ended job as one JSON document on the last line
  --port N     port of the API on this machine (${DEFAULT_PORT})
  --data DIR   where everything is kept between starts (.data)
  --help       this text`;

/**
 * @returns 'help' when that was asked for.
 * @throws StartError naming the option at fault.
 */
export function parseOptions(args: readonly string[]): StartOptions | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StartError(`--port has to be a number from 0 to 65535, not ${values.port}.`);
  }
  if (values.json === true && values.once !== true) {
    throw new StartError('--json goes with --once: it prints the job after which to end.');
  }
  return {
    port,
    data: values.data ?? join(REPOSITORY, '.data'),
    once: values.once === true,
    json: values.json === true,
  };
}

function parsed(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    const [reason] = error instanceof Error ? error.message.split('. ') : [];
    throw new StartError(`${reason ?? 'The options cannot be read'}. --help lists the options.`);
  }
}
