import { readFileSync, type Stats, statSync } from 'node:fs';
import { StartError } from './start-error.ts';

const OTHERS = 0o077;
const LOADED_BY_SYSTEMD = 0o440;
const ROOT = 0;

/**
 * A password from a file, without the newline at its end and without the mark that editors begin a file with.
 *
 * @param option the option that named the file, for the sentence.
 * @throws StartError when the file cannot be read, others can read it, or it holds no password.
 */
export function readSecretFile(option: string, file: string): string {
  let bytes: Buffer;
  try {
    if (isOpenToOthers(statSync(file))) {
      throw new StartError(`${option}: others may read ${file}; make it yours with chmod 600.`);
    }
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`${option}: ${file} cannot be read.`);
  }
  const text = utf8(bytes)?.replace(/\r?\n$/, '');
  if (text === undefined) throw new StartError(`${option}: ${file} has to be text in UTF-8.`);
  if (text === '') throw new StartError(`${option}: ${file} is empty.`);
  if (/[\r\n]/.test(text)) {
    throw new StartError(`${option}: ${file} has to hold the password alone, in one line.`);
  }
  return text;
}

/**
 * Whether its mode lets anybody but its owner at a file. What systemd loads for a service is root's, and its group reads by its
 * mode, which is the mask of a list that names the service's user alone (https://github.com/systemd/systemd/issues/29435).
 */
export function isOpenToOthers({ mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>): boolean {
  const isLoaded = (mode & 0o777) === LOADED_BY_SYSTEMD && uid === ROOT && gid === ROOT;
  return (mode & OTHERS) !== 0 && !isLoaded;
}

/** Undefined when it is none, such as UTF-16; as anything else a server would only refuse it. */
function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
