import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StackOptions } from '../../local/runtime/stack.ts';
import { type Answer, type CallOptions, signedCall } from '../../test/e2e/installation.ts';
import type { Up } from './stack-process.ts';

/** A local stack that can be killed with all its processes, and started again on the same data. */
export class KillableStack {
  private readonly options: StackOptions;
  private child: ChildProcess | undefined;
  private current: Up | undefined;
  /** Wakes those who wait for the stack to be up. */
  private wake = Promise.withResolvers<void>();

  constructor(options: StackOptions) {
    this.options = options;
    process.once('exit', () => this.killGroup());
  }

  get isUp(): boolean {
    return this.current !== undefined;
  }

  /**
   * @returns once it answers; undefined when it was killed before that.
   * @throws Error when it ends by itself.
   */
  async start(): Promise<Up | undefined> {
    const child = fork(join(import.meta.dirname, 'stack-process.ts'), {
      detached: true,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.child = child;
    child.send(this.options);
    const up = await Promise.race([
      once(child, 'message').then(([message]: Up[]) => message),
      once(child, 'exit').then(() => undefined),
    ]);
    if (up === undefined) {
      if (child.signalCode !== 'SIGKILL') throw new Error('The stack ended by itself.');
      return undefined;
    }
    this.current = up;
    this.wake.resolve();
    return up;
  }

  /** Without a word to any of its processes. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (this.isUp) this.wake = Promise.withResolvers();
    this.current = undefined;
    this.killGroup();
    await gone;
  }

  /** @returns the answer; undefined when there was none, and nobody knows how far the request got. */
  async call(method: string, path: string, request?: CallOptions): Promise<Answer | undefined> {
    if (this.current === undefined) await this.wake.promise;
    const { current } = this;
    if (current === undefined) return undefined;
    try {
      const { credentials } = this.options;
      const answer = await signedCall(current.url, method, path, request, credentials);
      return answer.status >= 500 ? undefined : answer;
    } catch {
      return undefined;
    }
  }

  private killGroup(): void {
    const pid = this.child?.pid;
    if (pid === undefined || this.child?.signalCode !== null) return;
    process.kill(-pid, 'SIGKILL');
  }
}
