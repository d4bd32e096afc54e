import makeRunFolder from '../test/run/folder.ts';
import { optionsInWords, wholeNumbers } from './options.ts';

/**
 * Carries out a trial as a command: reads its options, and ends with 0 when it went well, with 1 when it did not, with 2 when the
 * options are at fault.
 *
 * @param defaults its options with the values that they have unless given.
 * @param carryOut does it and prints what it came to. @returns whether nothing was violated.
 */
export async function runTrial<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
  carryOut: (numbers: Readonly<Record<Name, number>>) => Promise<boolean>,
): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(optionsInWords(defaults));
    return;
  }
  const numbers = numbersIn(args, defaults);
  if (numbers === undefined) return;
  const removeRunFolder = await makeRunFolder();
  try {
    process.exitCode = (await carryOut(numbers)) ? 0 : 1;
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    await removeRunFolder();
  }
}

/** @returns undefined when it has said what is wrong with them. */
function numbersIn<Name extends string>(
  args: readonly string[],
  defaults: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> | undefined {
  try {
    return wholeNumbers(args, defaults);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
    return undefined;
  }
}
