/**
 * The inside of an execution environment: a process that loads one handler and runs one invocation at a time, as Lambda's runtime
 * for Node 24 does (index.mjs of aws-lambda-ric 4.0.2). Talks with its parent over IPC and ends when the parent does.
 */

import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Took } from '../contract.ts';
import { speakHttp1Alone } from './http1.ts';

interface Invoke {
  readonly requestId: string;
  readonly arn: string;
  readonly payload: string;
  readonly deadline: number;
}

process.on('disconnect', () => process.exit(0));
// Node has read it; a function sees what Lambda would show it.
delete process.env.NODE_COMPILE_CACHE;
speakHttp1Alone();

const [, , file = '', exportName = '', memory = ''] = process.argv;

/** Event, context and a callback: such handlers are refused. */
const CALLBACK_ARGUMENTS = 3;

// On Lambda a rejection that nobody handles ends the environment; Node does so by itself, with the code 1.
// Whatever the file's ending is, the runtime imports it.
const loaded: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href);
const handler = loaded[exportName];
if (!isHandler(handler)) throw new Error(`${exportName} is not a function`);
if (handler.length >= CALLBACK_ARGUMENTS) throw new Error(`${exportName} takes a callback`);
const call = handler;

// What was compiled is kept now: an environment ends by being killed.
flushCompileCache();
process.on('message', (message: Invoke) => {
  void run(message);
});
process.send?.({ kind: 'ready', took: took(0) });

async function run({ requestId, arn, payload, deadline }: Invoke): Promise<void> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  // Only the parent is left to hear from when a handler waits for what never comes: on Lambda the runtime ends then.
  process.channel?.unref();
  try {
    const answer: unknown = await call(JSON.parse(payload), contextOf(requestId, arn, deadline));
    const text = JSON.stringify(answer ?? null);
    process.send?.({ kind: 'success', requestId, payload: text, took: took(started, before) });
  } catch (error) {
    const told = reported(error);
    process.send?.({ kind: 'error', requestId, error: told, took: took(started, before) });
  } finally {
    process.channel?.ref();
  }
}

/** Since `started`, in milliseconds since the process began, when its processor had been used as `before` says. */
function took(started: number, before?: NodeJS.CpuUsage): Took {
  const { user, system } = process.cpuUsage(before);
  return {
    milliseconds: performance.now() - started,
    processorMilliseconds: (user + system) / 1000,
  };
}

function contextOf(requestId: string, arn: string, deadline: number) {
  const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? '';
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: memory,
    logGroupName: functionName,
    logStreamName: String(process.pid),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function isHandler(value: unknown): value is (event: unknown, context: unknown) => unknown {
  return typeof value === 'function';
}

/** As the Lambda runtime reports an error to its caller. */
function reported(error: unknown) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}
