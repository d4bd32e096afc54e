/**
 * The inside of an execution environment that says what it took: loads one handler, runs one invocation at a time, and
 * reports the processor time and the memory of its whole process. Talks with its parent over IPC and ends when the
 * parent does.
 */

import type { Context } from 'aws-lambda';
import type { Took } from '../../local/runtime/contract.ts';

interface Invoke {
  readonly requestId: string;
  readonly arn: string;
  readonly payload: string;
  readonly deadline: number;
}

/** What an invocation took, or loading the handler. */
export interface Taken extends Took {
  /** The most that the process had in memory so far, in MiB. */
  readonly peakMb: number;
  /** How many modules of native code the process loaded so far. */
  readonly nativeModules: number;
}

process.on('disconnect', () => process.exit(0));
const realDlopen = process.dlopen;
let nativeModules = 0;
process.dlopen = (...args) => {
  nativeModules += 1;
  realDlopen.apply(process, args);
};

const [, , moduleUrl = '', exportName = ''] = process.argv;
const loaded: Record<string, unknown> = await import(moduleUrl);
const handler = loaded[exportName];
if (!isHandler(handler)) throw new Error(`${exportName} is not a function`);
const call = handler;
process.on('message', (message: Invoke) => {
  void run(message);
});
process.send?.({ kind: 'ready', taken: taken(0, 0) });

async function run({ requestId, arn, payload, deadline }: Invoke): Promise<void> {
  const started = performance.now();
  const before = processorMs();
  try {
    const answer = await call(JSON.parse(payload), contextOf(requestId, arn, deadline));
    process.send?.({ kind: 'success', answer: answer ?? null, taken: taken(started, before) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: '', message: '' };
    process.send?.({ kind: 'error', name, message, taken: taken(started, before) });
  }
}

function taken(started: number, before: number): Taken {
  return {
    milliseconds: performance.now() - started,
    processorMilliseconds: processorMs() - before,
    peakMb: process.resourceUsage().maxRSS / 1024,
    nativeModules,
  };
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function contextOf(requestId: string, arn: string, deadline: number) {
  return {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
    invokedFunctionArn: arn,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  } satisfies Partial<Context>;
}

function isHandler(value: unknown): value is (event: unknown, context: unknown) => unknown {
  return typeof value === 'function';
}
