import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { InvocationResult, Resource } from '../../local/runtime/contract.ts';
import { Asynchronous } from '../../local/runtime/functions/asynchronous.ts';

/** Lambda's queue of events for one function, in virtual time, over starts of the machine. */

export const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Nightly';
export const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Letters';
export const WITH_QUEUE = { DestinationConfig: { OnFailure: { Destination: QUEUE } } };
export const OK: InvocationResult = { kind: 'success', payload: null };
export const FAILED: InvocationResult = {
  kind: 'error',
  error: { errorType: 'UNKNOWN', errorMessage: 'Something unexpected went wrong.' },
};

const resource = (type: string, id: string, properties = {}, arn = id): Resource => ({
  ...{ type, logicalId: id, physicalId: id, arn, properties },
});
const NIGHTLY = resource('AWS::Lambda::Function', 'Nightly', {}, ARN);
const settings = (FunctionName: string, more = {}) =>
  resource('AWS::Lambda::EventInvokeConfig', 'Config', { FunctionName, ...more });
const OTHERS = settings('Other', { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 1 });

export const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

export class EventQueue {
  /** Seconds from the start at which the function was called. */
  readonly calls: number[] = [];
  readonly letters: unknown[] = [];
  answer: () => InvocationResult | Promise<InvocationResult> = () => OK;
  private readonly folder = mkdtempSync(join(tmpdir(), 'asynchronous-'));
  private readonly begin: number;
  private running: Asynchronous | undefined;

  constructor() {
    vi.useFakeTimers({ now: new Date('2027-01-30T12:00:00Z') });
    this.begin = Date.now();
  }

  /** Starts the machine anew with what it kept on disk. */
  async start(config?: Readonly<Record<string, unknown>>, functions = [NIGHTLY]): Promise<void> {
    await this.running?.close();
    this.running = new Asynchronous({
      stack: {
        outputs: {},
        stacks: new Map(),
        resources: [...functions, OTHERS, settings('Nightly', config)],
      },
      invoker: {
        invoke: async (name, payload) => {
          expect([name, payload]).toEqual(['Nightly', { budget: 'home' }]);
          this.calls.push((Date.now() - this.begin) / 1000);
          return this.answer();
        },
      },
      queues: {
        send: (queue, body) => this.letters.push({ queue, ...JSON.parse(body) }),
      },
      file: join(this.folder, 'events.sqlite'),
    });
    this.running.start();
  }

  accept(arn = ARN): void {
    this.running?.accept(arn, { budget: 'home' });
  }

  async close(): Promise<void> {
    await this.running?.close();
    vi.useRealTimers();
    rmSync(this.folder, { recursive: true });
  }
}
