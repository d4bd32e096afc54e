import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { InvocationReport, InvocationResult, Took } from '../contract.ts';
import type { FunctionSpec } from './spec.ts';

export interface ProcessFolders {
  /** For the environments' own temporary folders. */
  readonly scratch: string;
  /** For what Node compiled, so that the next environment need not. */
  readonly compiled: string;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The outside of an execution environment: one child process, one invocation at a time. */
export class EnvironmentProcess {
  private readonly spec: FunctionSpec;
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly exited: Promise<Exit>;
  private readonly ready: Promise<boolean>;
  private readonly log: (line: string) => void;
  private readonly report: (report: InvocationReport) => void;
  /** Until it is told with the first invocation. */
  private start: Took | undefined;

  constructor(
    spec: FunctionSpec,
    folders: ProcessFolders,
    log: (line: string) => void,
    report: (report: InvocationReport) => void,
  ) {
    this.spec = spec;
    this.log = log;
    this.report = report;
    this.folder = join(folders.scratch, randomUUID());
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.child = forked(spec, this.folder, folders.compiled);
    this.exited = new Promise((resolve) => {
      const over = (code: number | null, signal: NodeJS.Signals | null) => {
        this.removeFolder();
        resolve({ code, signal });
      };
      this.child.once('exit', over);
      // A machine without room for another process gives none: that fails a call, and is not to end this one.
      this.child.once('error', () => over(null, null));
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      // Where too many files are open, Node makes none at all, whatever its types say.
      if (stream) createInterface({ input: stream }).on('line', log);
    }
    this.ready = Promise.race([
      new Promise<boolean>((resolve) =>
        this.child.once('message', (message) => {
          this.start = tookOf(message);
          resolve(true);
        }),
      ),
      this.exited.then(() => false),
    ]);
  }

  get alive(): boolean {
    const { pid, exitCode, signalCode, killed } = this.child;
    return pid !== undefined && exitCode === null && signalCode === null && !killed;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Runs the handler once; kills the process when its time is over. @param answerBy as the handler is told, where that is sooner. */
  async invoke(payload: string, answerBy: number): Promise<InvocationResult> {
    const requestId = randomUUID();
    if (!(await this.ready)) return this.died(requestId, 'The runtime could not start');
    const { timeoutSeconds, arn } = this.spec;
    const deadline = Math.min(Date.now() + timeoutSeconds * 1000, answerBy);
    const { promise, resolve } = Promise.withResolvers<InvocationResult | undefined>();
    const answered = (message: unknown) => {
      this.tell(tookOf(message));
      resolve(resultOf(message));
    };
    // Told of by an event, and not by `exited`: that would keep every answer for as long as the process lives.
    const over = () => resolve(undefined);
    const timer = setTimeout(() => {
      this.kill();
      this.say('the function was out of time', { requestId, timeoutSeconds });
      resolve(
        failed('Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`),
      );
    }, timeoutSeconds * 1000);
    this.child.once('message', answered).once('exit', over);
    if (!this.alive) over();
    this.child.send({ requestId, arn, payload, deadline }, () => {});
    const result = await promise;
    this.child.off('exit', over);
    clearTimeout(timer);
    return result ?? this.died(requestId, `RequestId: ${requestId} Error: Runtime exited`);
  }

  /** It takes an open file of its own to look into it, which there may be none of: the next start removes it then. */
  private removeFolder(): void {
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch {}
  }

  /** One that ends between its calls fails none: Ctrl-C and systemd end them all. */
  private async died(requestId: string, errorMessage: string): Promise<InvocationResult> {
    const exit = await this.exited;
    // Not where it was killed from here.
    if (!this.child.killed) this.say('the process died', { requestId, ...exit });
    return failed('Runtime.ExitError', errorMessage);
  }

  /** As Lambda has it in the log of the function, which cannot say so any more; the time is what tells which call it was. */
  private say(message: string, how: Readonly<Record<string, unknown>>): void {
    const timestamp = new Date().toISOString();
    this.log(JSON.stringify({ level: 'ERROR', message, timestamp, ...how }));
  }

  private tell(invocation: Took | undefined): void {
    if (invocation === undefined) return;
    const { name: functionName, memoryMb } = this.spec;
    const start = this.start === undefined ? {} : { start: this.start };
    this.start = undefined;
    this.report({ functionName, memoryMb, invocation, ...start });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Resolves when nothing of the process is left. */
  async close(): Promise<void> {
    this.kill();
    await this.exited;
  }
}

/** A process that loads the function's handler. @param folder for its temporary files. */
function forked(spec: FunctionSpec, folder: string, compiled: string): ChildProcess {
  const [file = '', exportName = ''] = spec.handler.split('.');
  return fork(
    join(import.meta.dirname, 'environment.ts'),
    [modulePath(spec.folder, file), exportName, String(spec.memoryMb)],
    {
      env: {
        ...spec.environment,
        TMPDIR: folder,
        // The SDK asks for it, and the system knows none of a user that it has no name for, as in a container.
        HOME: folder,
        TZ: 'UTC',
        NODE_COMPILE_CACHE: compiled,
      },
      execArgv: [`--max-old-space-size=${spec.memoryMb}`, '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
}

/** As Lambda looks for a handler's file. */
function modulePath(folder: string, file: string): string {
  const paths = ['.js', '.mjs', '.cjs'].map((ending) => join(folder, file + ending));
  return paths.find((path) => existsSync(path)) ?? join(folder, file);
}

function failed(errorType: string, errorMessage: string): InvocationResult {
  return { kind: 'error', error: { errorType, errorMessage } };
}

function resultOf(message: unknown): InvocationResult {
  if (typeof message === 'object' && message !== null && 'kind' in message) {
    if (message.kind === 'success' && 'payload' in message && typeof message.payload === 'string') {
      return { kind: 'success', payload: JSON.parse(message.payload) };
    }
    if (message.kind === 'error' && 'error' in message && isError(message.error)) {
      return { kind: 'error', error: message.error };
    }
  }
  return failed('Runtime.Unknown', 'The runtime answered something unknown');
}

function tookOf(message: unknown): Took | undefined {
  const { took } = Object(message);
  return typeof took === 'object' && took !== null ? took : undefined;
}

function isError(
  value: unknown,
): value is { errorType: string; errorMessage: string; trace: string[] } {
  return (
    typeof value === 'object' && value !== null && 'errorType' in value && 'errorMessage' in value
  );
}
