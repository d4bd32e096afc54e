import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { takenByNpm } from '../client/npm-options.ts';
import { areOfAnother, callStackHere } from '../client/on-this-machine.ts';

/** An option that cannot be right; says which and why. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/**
 * The options of a command, as `parseArgs` gives them.
 *
 * @param help said with what is wrong.
 * @throws OptionError
 */
export function readOptions<const Config extends ParseArgsConfig>(help: string, config: Config) {
  try {
    return parseArgs<Config>(config);
  } catch (error) {
    throw new OptionError(`${error instanceof Error ? error.message : error}\n\n${help}`);
  }
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

/**
 * From here on the SDK asks the stack that `npm start` runs, which writes its settings into its data folder.
 *
 * @throws OptionError when that folder has none, or those of the folder that it was copied from.
 */
export function useStackIn(data: string): void {
  const config = join(data, 'aws-config');
  if (!existsSync(config)) {
    throw new OptionError(`${data} is not the data folder of a stack that npm start runs.`);
  }
  if (areOfAnother(readFileSync(config, 'utf8'), statSync(data, { bigint: true }))) {
    throw new OptionError(
      `${data} is a copy of a data folder, or its disk was mounted anew, and it has not been started since: start it with npm start, or name the folder that runs.`,
    );
  }
  callStackHere({ config, credentials: join(data, 'credentials') });
}
