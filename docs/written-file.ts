import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Files that a script makes of others. With `--check` on its command line nothing is written, and one that is not up to date
 * ends it with the code 1.
 */

const REPOSITORY = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const isCheck = args.includes('--check');
if (args.some((arg) => arg !== '--check')) {
  console.error('The only option is --check: nothing is written then.');
  process.exit(2);
}

/** @param command by which the script is run. */
export function writeOrCheck(file: string, text: string, command = 'npm run docs'): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (isCheck) complain(file, command);
  else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Of a file that nothing is made of any more. */
export function removeOrCheck(file: string): void {
  if (isCheck) complain(file, 'npm run docs');
  else rmSync(file);
}

function complain(file: string, command: string): void {
  console.error(`${relative(REPOSITORY, file)} is not up to date: run \`${command}\`.`);
  process.exitCode = 1;
}
