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

  /** Waits for as long as a job takes to end. @returns what `GET /jobs/{jobId}` answers then. */
  async ended(jobId: string): Promise<Answer['body']> {
    for (;;) {
      const { body } = await this.call('GET', `/jobs/${jobId}?wait=20`);
      if (!['queued', 'running'].includes(body.job.status)) return body;
    }
  }

  /** As Ctrl-C does. @returns the code that it ended with. */
  stop(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.ends;
  }

  /** As when the machine goes down; it may have ended before. Resolves once it is gone. */
  async kill(): Promise<void> {
    if (this.child.kill('SIGKILL')) await this.ends;
  }
}
