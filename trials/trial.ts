import makeRunFolder from '../test/run/folder.ts';
import { wholeNumbers } from './options.ts';

/**
 * Carries out a trial as a command: reads its options, and sets the exit code to 1 unless it went well.
 *
 * @param defaults its options with the values that they have unless given.
 * @param carryOut does it and prints what it came to. @returns whether nothing was violated.
 */
export async function runTrial<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
  carryOut: (numbers: Readonly<Record<Name, number>>) => Promise<boolean>,
): Promise<void> {
  const removeRunFolder = await makeRunFolder();
  try {
    const numbers = wholeNumbers(process.argv.slice(2), defaults);
    process.exitCode = (await carryOut(numbers)) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof RangeError ? error.message : error);
    process.exitCode = 1;
  } finally {
    await removeRunFolder();
  }
}
