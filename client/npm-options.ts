/** npm has these of its own, which its settings may turn on for every command. */
const OF_NPM: readonly string[] = ['ca', 'json', 'yes', 'help'];

/**
 * Options of a command that stood before npm's `--` are npm's, which takes them and goes on without a word: the command would do
 * what was not wanted, or do it elsewhere.
 *
 * @param options that the command has.
 * @param args that it got.
 * @returns those that npm took and the command did not get, such as `--data`.
 */
export function takenByNpm(
  options: readonly string[],
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return options
    .filter((name) => !OF_NPM.includes(name) && hasNpm(name, options, environment))
    .map((name) => `--${name}`)
    .filter((option) => !args.some((arg) => arg === option || arg.startsWith(`${option}=`)));
}

/**
 * As npm tells the commands that it starts; it has `--no-wait` as a `wait` that is empty, and so the `--data=` of a variable
 * that is not set. A `--dry-run` it has of its own, and says so whether it is on or not.
 */
function hasNpm(
  option: string,
  options: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const value = environment[`npm_config_${option.replace(/^no-/, '').replaceAll('-', '_')}`];
  if (option === 'dry-run') return value === 'true';
  if (option.startsWith('no-')) return value === '';
  return value !== undefined && !(value === '' && options.includes(`no-${option}`));
}
