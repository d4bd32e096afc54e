import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A file of this folder as a process that takes orders and answers each. */
export class Worker<Order extends object, Answer extends object> {
  private readonly child: ChildProcess;

  constructor(file: string) {
    this.child = fork(join(import.meta.dirname, file), {
      env: {
        PATH: process.env.PATH,
        TMPDIR: process.env.TMPDIR,
        NODE_ENV: 'production',
        TZ: 'UTC',
      },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }

  /** @throws Error with what went wrong in it. */
  async ask(order: Order): Promise<Exclude<Answer, { readonly error: string }>> {
    const heard = new AbortController();
    const { signal } = heard;
    try {
      // Passwords are not for a command line.
      this.child.send(order);
      const ended = once(this.child, 'exit', { signal }).then(() => [{ error: 'it ended' }]);
      const [answer] = await Promise.race([once(this.child, 'message', { signal }), ended]);
      if (answer.error !== undefined) throw new Error(`A process failed: ${answer.error}`);
      return answer;
    } finally {
      heard.abort();
    }
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    if (this.child.exitCode !== null) return;
    this.child.disconnect();
    await ended;
  }
}
