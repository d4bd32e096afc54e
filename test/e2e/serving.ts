import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, signedCall } from './installation.ts';
import { exited, printed, START } from './starting.ts';

/** An `npm start` that serves until it is stopped, and calls of its API with the credentials in its data folder. */
export class Serving {
  /** What it printed until it was ready. */
  readonly screen: string;
  private readonly child: ChildProcess;
  private readonly ends: Promise<number | null>;
  private readonly data: string;

  private constructor(
    child: ChildProcess,
    ends: Promise<number | null>,
    data: string,
    screen: string,
  ) {
    this.child = child;
    this.ends = ends;
    this.data = data;
    this.screen = screen;
  }

  /** @param data the data folder. */
  static async from(data: string, ...args: readonly string[]): Promise<Serving> {
    const child = spawn(process.execPath, [START, ...args, '--data', data, '--port', '0']);
    const ends = exited(child);
    return new Serving(child, ends, data, await printed(child, 'Try:'));
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const url = /The API is at (\S+)/.exec(this.screen)?.[1] ?? '';
    const curlrc = await readFile(join(this.data, 'curlrc'), 'utf8');
    const [, accessKeyId = '', secretAccessKey = ''] = /"(\w+):(\S+)"/.exec(curlrc) ?? [];
    const request = body === undefined ? {} : { body };
    return signedCall(url, method, path, request, { accessKeyId, secretAccessKey });
  }

  /** As Ctrl-C does. @returns the code that it ended with. */
  stop(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.ends;
  }

  /** What a failed expectation left running. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}
