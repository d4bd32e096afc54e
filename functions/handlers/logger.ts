import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs of all functions. Ids, codes and counts alone: nothing out of a budget, no secret. */
export const logger = new Logger({ serviceName: 'actual-jobs' });

export interface LoggedError {
  readonly name: string;
  /** HTTP status of an AWS service's answer, where the error is one. */
  readonly serviceStatus?: number;
  /** Where it happened, without what it says: a raw message may quote what it stumbled over. */
  readonly frames: readonly string[];
  readonly cause?: LoggedError;
}

const FRAMES = 12;
/** `at function (file:line:column)`: a line of a text that only begins so is none. */
const FRAME = /^ {4}at .+:\d+:\d+\)?$/;

/** What may be logged of any error: its name and its way through the code, never its text. */
export function describeError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => FRAME.test(line));
  const status = serviceStatusOf(error);
  return {
    name: error.name,
    ...(status === undefined ? {} : { serviceStatus: status }),
    frames: frames.slice(0, FRAMES).map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function serviceStatusOf(error: Error): number | undefined {
  if (!('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  return 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined;
}
