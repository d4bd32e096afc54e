/**
 * The inside of an execution environment: a process that loads one handler and runs one invocation at a time. Talks
 * with its parent over IPC and ends when the parent does.
 */

import { createRequire, flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Took } from '../contract.ts';

interface Invoke {
  readonly requestId: string;
  readonly arn: string;
  readonly payload: string;
  readonly deadline: number;
}

process.on('disconnect', () => process.exit(0));
// Node has read it; a function sees what Lambda would show it.
delete process.env.NODE_COMPILE_CACHE;

const [, , file = '', exportName = '', memory = ''] = process.argv;

// On Lambda a rejection that nobody handles ends the environment; Node does so by itself, with the code 1.
const loaded = await load(file);
const handler = loaded[exportName];
if (!isHandler(handler)) throw new Error(`${exportName} is not a function`);
const call = handler;

// What was compiled is kept now: an environment ends by being killed.
flushCompileCache();
process.on('message', (message: Invoke) => {
  void run(message);
});
process.send?.({ kind: 'ready', took: took(0) });

async function run({ requestId, arn, payload, deadline }: Invoke): Promise<void> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  try {
    const answer: unknown = await call(JSON.parse(payload), contextOf(requestId, arn, deadline));
    const text = JSON.stringify(answer ?? null);
    process.send?.({ kind: 'success', requestId, payload: text, took: took(started, before) });
  } catch (error) {
    const told = reported(error);
    process.send?.({ kind: 'error', requestId, error: told, took: took(started, before) });
  }
}

/** A `.cjs` is required, as by Lambda's runtime: importing it would read all of it once more to find its exports. */
async function load(file: string): Promise<Record<string, unknown>> {
  return file.endsWith('.cjs')
    ? createRequire(import.meta.url)(file)
    : import(pathToFileURL(file).href);
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
