import { outward } from '../../../functions/handlers/outward.ts';
import { Process, type Surroundings } from './process.ts';

/** How an invocation ended, as its caller is told. */
export type InvocationResult =
  | { readonly kind: 'done'; readonly payload: unknown }
  | { readonly kind: 'failed'; readonly error: string; readonly cause: string };

export interface Invocation {
  readonly name: string;
  readonly timeoutMs: number;
  readonly work: (process: Process) => Promise<unknown>;
}

/** How long Lambda takes to notice that a process is gone. */
const NOTICE_MS = 100;

/** Lambda: each invocation is a process with so much time. */
export class Lambda {
  private readonly surroundings: Surroundings;
  private count = 0;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  /** Invokes a function; its caller is told once how it ended, which is not always what happened. */
  invoke(invocation: Invocation, tell: (result: InvocationResult) => void): void {
    const { faults, time, random } = this.surroundings;
    const fault = faults.ofInvocation();
    const fails = (error: string, wait: number): void =>
      time.after(wait, () => tell({ kind: 'failed', error, cause: '{}' }));
    switch (fault) {
      case 'throttled':
        fails('Lambda.TooManyRequestsException', NOTICE_MS);
        break;
      case 'refused':
        fails('Lambda.ServiceException', NOTICE_MS);
        break;
      case 'lost answer':
        this.run(invocation, () => {});
        fails('Lambda.SdkClientException', random.skewed(NOTICE_MS, 60_000));
        break;
      case undefined:
        this.run(invocation, tell);
    }
  }

  private run(invocation: Invocation, tell: (result: InvocationResult) => void): void {
    const { time, faults, trace } = this.surroundings;
    const clock = faults.of('clockBack') ? 'back' : 'right';
    const process = new Process(`${invocation.name}-${++this.count}`, this.surroundings, {
      clock,
      deadline: time.now + invocation.timeoutMs,
    });
    let ended = false;
    const end = (result: InvocationResult) => {
      if (ended) return;
      ended = true;
      process.kill();
      trace(() => `${process.name} ended: ${result.kind === 'done' ? 'done' : result.error}`);
      tell(result);
    };
    const died = { kind: 'failed', error: 'Runtime.ExitError', cause: '{}' } as const;
    process.onDeath = () => time.after(NOTICE_MS, () => end(died));
    time.after(invocation.timeoutMs, () =>
      end({ kind: 'failed', error: 'Sandbox.Timedout', cause: '{}' }),
    );
    trace(() => `${process.name} starts`);
    invocation.work(process).then(
      (payload) => end({ kind: 'done', payload }),
      (error: unknown) => end(asReported(error)),
    );
  }
}

/** As functions let an error out. */
function asReported(error: unknown): InvocationResult {
  const { name, message } = outward(error, 'a request');
  const cause = JSON.stringify({ errorType: name, errorMessage: message });
  return { kind: 'failed', error: name, cause };
}
