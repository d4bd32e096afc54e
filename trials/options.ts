import { parseArgs } from 'node:util';

/**
 * Options of the form `--name N`, for what is to be done how often and by which seed.
 *
 * @param defaults every option with the value that it has unless given.
 * @throws RangeError naming the option at fault.
 */
export function wholeNumbers<Name extends string>(
  args: readonly string[],
  defaults: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  const names = Object.keys(defaults);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const values = parsed(args, options);
  const numbers = { ...defaults };
  for (const name of names) {
    const text = values[name];
    if (text === undefined) continue;
    if (!/^\d{1,10}$/.test(text)) throw new RangeError(`--${name} has to be a whole number.`);
    Object.assign(numbers, { [name]: Number(text) });
  }
  return numbers;
}

/** Such as `The options are --kills N and --seed N.` */
export function optionsInWords(options: Readonly<Record<string, unknown>>): string {
  const known = Object.keys(options).map((name) => `--${name} N`);
  return `The options are ${known.join(' and ')}.`;
}

function parsed(
  args: readonly string[],
  options: Readonly<Record<string, { readonly type: 'string' }>>,
): Readonly<Record<string, string | undefined>> {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new RangeError(optionsInWords(options));
  }
}
