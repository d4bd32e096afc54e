import { type ChildProcess, execFile } from 'node:child_process';
import { join } from 'node:path';

/** `npm start`, as tests start it: without a terminal. */

export const START = join(import.meta.dirname, '../../local/start.mjs');

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it until it ends. */
export function start(...args: readonly string[]): Promise<Run> {
  return startWith({}, ...args);
}

/** The same in a shell that has more variables. */
export function startWith(
  variables: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Run> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...variables };
    const child = execFile(process.execPath, [START, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** Resolves with all that was printed once it contains `text`. */
export function printed(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let all = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      all += chunk;
      if (all.includes(text)) resolve(all);
    });
    child.once('exit', () => reject(new Error(`It ended before it printed "${text}":\n${all}`)));
  });
}

export function exited(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

/** Processes whose command line or environment names the folder. */
export function processesOf(folder: string): Promise<string> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 64 * 1024 * 1024 };
    execFile('ps', ['axeww', '-o', 'pid,args'], options, (_error, stdout) =>
      resolve(
        stdout
          .split('\n')
          .filter((line) => line.includes(folder))
          .join('\n'),
      ),
    );
  });
}
