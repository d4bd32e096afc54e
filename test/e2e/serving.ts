import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, signedCall } from './installation.ts';
import { exited, printed, START } from './starting.ts';

/** An `npm start` that serves until it is stopped, and calls of its API with the credentials in its data folder. */
export class Serving {
  /** What it printed until it was ready. */
  screen = '';
  private readonly child: ChildProcess;
  private readonly ends: Promise<number | null>;
  private readonly data: string;

  /** @param data the data folder. */
  constructor(data: string, ...args: readonly string[]) {
    this.data = data;
    this.child = spawn(process.execPath, [START, ...args, '--data', data, '--port', '0']);
    this.ends = exited(this.child);
  }

  /** Resolves once it serves. */
  async ready(): Promise<void> {
    this.screen = await printed(this.child, 'Try:');
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

  /** Ends what a test that failed has left running. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}
