import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { StartError } from './start-error.ts';

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks for a password on the terminal and shows nothing of what is typed.
 *
 * @param otherwise how to give it where there is no terminal.
 * @throws StartError without a terminal, or when nothing is given.
 */
export async function askSecret(
  question: string,
  otherwise: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<string> {
  if (input.isTTY !== true || output.isTTY !== true) {
    throw new StartError(`There is no terminal to ask on: ${otherwise}.`);
  }
  output.write(`${question}: `);
  // Readline edits the line and echoes it here, where nobody sees it.
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: unseen, terminal: true, historySize: 0 });
  const answer = await new Promise<string>((resolve) => {
    lines.once('line', resolve);
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => resolve(''));
  });
  lines.close();
  output.write('\n');
  if (answer === '') throw new StartError('Nothing was given, so nothing was started.');
  return answer;
}
