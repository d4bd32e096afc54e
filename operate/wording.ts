import { OptionError } from './options.ts';
import { StackError } from './stack.ts';

/** What was tried and how it ended; of an error of AWS its own sentence, which names what was asked for. */
export function wordingOf(error: unknown): string {
  if (error instanceof StackError || error instanceof OptionError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ECONNREFUSED') {
    return 'Nothing answers at the address of the stack: is npm start running with this data folder?';
  }
  return `${error.name}: ${error.message}`;
}
