import { readFileSync, statSync } from 'node:fs';
import { StartError } from './start-error.ts';

const OTHERS = 0o077;

/**
 * A password from a file, without the newline at its end.
 *
 * @param option the option that named the file, for the sentence.
 * @throws StartError when the file cannot be read, others can read it, or it holds no password.
 */
export function readSecretFile(option: string, file: string): string {
  let text: string;
  try {
    if ((statSync(file).mode & OTHERS) !== 0) {
      throw new StartError(`${option}: others may read ${file}; make it yours with chmod 600.`);
    }
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`${option}: ${file} cannot be read.`);
  }
  if (text === '') throw new StartError(`${option}: ${file} is empty.`);
  if (/[\r\n]/.test(text)) {
    throw new StartError(`${option}: ${file} has to hold the password alone, in one line.`);
  }
  return text;
}
