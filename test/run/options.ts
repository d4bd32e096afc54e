import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * Reads the options of a command for developers. Where they cannot be read, or the help is wanted, it says how the command is called,
 * and ends the process.
 */
export function optionsOf<const Config extends ParseArgsConfig>(usage: string, config: Config) {
  if ((config.args ?? process.argv.slice(2)).includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs<Config>(config);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}
