import type {
  Activity,
  FunctionInvoker,
  InvocationReport,
  InvocationResult,
  RunningPart,
} from '../contract.ts';
import { isDiskFull } from '../full-disk.ts';
import { EnvironmentProcess, type ProcessFolders } from './process.ts';
import type { FunctionSpec } from './spec.ts';

export interface PoolOptions {
  readonly functions: readonly FunctionSpec[];
  readonly folders: ProcessFolders;
  readonly log: (functionName: string, line: string) => void;
  /** Told of each invocation as it begins and when it is done. */
  readonly onActivity?: ((activity: Activity) => void) | undefined;
  /** Told of each invocation that was answered. */
  readonly onInvocation?: ((report: InvocationReport) => void) | undefined;
  /** Environments of one function at the same time, for this machine's sake; calls above it wait. */
  readonly limit?: number;
  /** How long an environment is kept for the next call. */
  readonly idleMilliseconds?: number;
}

/** As on Lambda: what a synchronous call may carry. */
const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;
const DEFAULT_LIMIT = 10;
/** Lambda keeps them somewhat longer; on a household's machine each takes its share of the memory. */
const DEFAULT_IDLE_MS = 2 * 60 * 1000;

interface Idle {
  readonly environment: EnvironmentProcess;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/**
 * Runs the functions: a call that finds no free environment starts another, up to a limit. Calls above a function's
 * reserved concurrency are throttled, as on Lambda.
 */
export class FunctionPool implements FunctionInvoker, RunningPart {
  private readonly options: PoolOptions;
  private readonly specs: ReadonlyMap<string, FunctionSpec>;
  private readonly idle = new Map<string, Idle[]>();
  private readonly running = new Map<string, Set<EnvironmentProcess>>();
  private readonly waiting = new Map<string, (() => void)[]>();
  private readonly retirement: NodeJS.Timeout;
  private closed = false;

  constructor(options: PoolOptions) {
    this.options = options;
    const patience = options.idleMilliseconds ?? DEFAULT_IDLE_MS;
    this.retirement = setInterval(() => this.retire(patience), patience).unref();
    this.specs = new Map(options.functions.map((spec) => [spec.name, spec]));
  }

  /** A call that has to wait here has so much less time; one that is too late by then is not begun. */
  async invoke(
    functionNameOrArn: string,
    payload: unknown,
    answerBy = Number.POSITIVE_INFINITY,
  ): Promise<InvocationResult> {
    const spec = this.specOf(functionNameOrArn);
    const text = JSON.stringify(payload ?? null);
    if (Buffer.byteLength(text) > PAYLOAD_BYTES_MAX) {
      const errorMessage = `The payload is larger than ${PAYLOAD_BYTES_MAX} bytes`;
      return {
        kind: 'error',
        error: { errorType: 'RequestEntityTooLargeException', errorMessage },
      };
    }
    if (this.isThrottled(spec)) return { kind: 'throttled' };
    const environment = await this.acquire(spec);
    if (environment === undefined) {
      return {
        kind: 'error',
        error: { errorType: 'Runtime.ExitError', errorMessage: 'No environment' },
      };
    }
    if (Date.now() >= answerBy) {
      this.release(spec, environment);
      return { kind: 'throttled' };
    }
    const { onActivity } = this.options;
    onActivity?.({ functionName: spec.name, kind: 'begun' });
    const result = await environment.invoke(text, answerBy);
    onActivity?.({ functionName: spec.name, kind: 'done' });
    this.release(spec, environment);
    return result;
  }

  namesOf(): readonly string[] {
    return [...this.specs.keys()];
  }

  /** The processes of a function, for tests that kill them. */
  processesOf(functionName: string): readonly EnvironmentProcess[] {
    return [...(this.running.get(functionName) ?? [])];
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.retirement);
    for (const waiters of this.waiting.values()) for (const wake of waiters) wake();
    const all = [...this.running.values()].flatMap((environments) => [...environments]);
    await Promise.all(all.map((environment) => environment.close()));
  }

  private specOf(functionNameOrArn: string): FunctionSpec {
    const name = /:function:([^:]+)/.exec(functionNameOrArn)?.[1] ?? functionNameOrArn;
    const spec = this.specs.get(name);
    if (spec === undefined) throw new Error(`The stack has no function ${functionNameOrArn}`);
    return spec;
  }

  private isThrottled(spec: FunctionSpec): boolean {
    const busy = this.runningOf(spec).size - this.idleOf(spec).length;
    return spec.reservedConcurrency !== undefined && busy >= spec.reservedConcurrency;
  }

  /** Undefined once the stack is closed, and where the machine has no room for another environment, on its disk or in its memory. */
  private async acquire(spec: FunctionSpec): Promise<EnvironmentProcess | undefined> {
    for (;;) {
      if (this.closed) return undefined;
      const idle = this.idleOf(spec).pop()?.environment;
      if (idle?.alive) return idle;
      if (idle !== undefined) this.runningOf(spec).delete(idle);
      else if (this.runningOf(spec).size < (this.options.limit ?? DEFAULT_LIMIT)) {
        return this.startWhereRoom(spec);
      } else {
        await new Promise<void>((wake) => {
          this.waiting.set(spec.name, [...(this.waiting.get(spec.name) ?? []), wake]);
        });
      }
    }
  }

  private startWhereRoom(spec: FunctionSpec): EnvironmentProcess | undefined {
    try {
      return this.start(spec);
    } catch (error) {
      if (isDiskFull(error) || isOutOfMemory(error)) return undefined;
      throw error;
    }
  }

  private start(spec: FunctionSpec): EnvironmentProcess {
    const { folders, log, onInvocation } = this.options;
    const environment = new EnvironmentProcess(
      spec,
      folders,
      (line) => log(spec.name, line),
      (report) => onInvocation?.(report),
    );
    this.runningOf(spec).add(environment);
    return environment;
  }

  private release(spec: FunctionSpec, environment: EnvironmentProcess): void {
    if (environment.alive) this.idleOf(spec).push({ environment, since: Date.now() });
    else this.runningOf(spec).delete(environment);
    const [wake, ...others] = this.waiting.get(spec.name) ?? [];
    this.waiting.set(spec.name, others);
    wake?.();
  }

  /** Ends environments that nobody has called for `patience` milliseconds. */
  private retire(patience: number): void {
    const oldest = Date.now() - patience;
    for (const [name, idle] of this.idle) {
      for (const { environment } of idle.filter(({ since }) => since <= oldest)) {
        this.running.get(name)?.delete(environment);
        environment.kill();
      }
      this.idle.set(
        name,
        idle.filter(({ since }) => since > oldest),
      );
    }
  }

  private idleOf(spec: FunctionSpec): Idle[] {
    const found = this.idle.get(spec.name) ?? [];
    this.idle.set(spec.name, found);
    return found;
  }

  private runningOf(spec: FunctionSpec): Set<EnvironmentProcess> {
    const found = this.running.get(spec.name) ?? new Set();
    this.running.set(spec.name, found);
    return found;
  }
}

/** What Linux refuses a new process for while memory is short; Node throws it, where other refusals come as an event. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOMEM';
}
