import { Logger } from '@aws-lambda-powertools/logger';
import { NewerItemError } from '../store/errors.ts';
import { serviceStatusOf } from './adapters/calls.ts';

/** Structured logs of all functions. Ids, codes and counts alone: nothing out of a budget, no secret. */
export const logger = new Logger({ serviceName: 'actual-jobs' });

export interface LoggedError {
  readonly name: string;
  /** What says more than the name: codes of Node, of Actual, of how a request ended. */
  readonly codes?: readonly string[];
  /** What to do, where that is known: the sentence has nothing out of a budget. */
  readonly says?: string;
  /** HTTP status of an AWS service's answer, where the error is one. */
  readonly serviceStatus?: number;
  /** Where it happened, without what it says: a raw message may quote what it stumbled over. */
  readonly frames: readonly string[];
  readonly cause?: LoggedError;
}

const FRAMES = 12;
/** `at function (file:line:column)`: a line of a text that only begins so is none. */
const FRAME = /^ {4}at .+:\d+:\d+\)?$/;

/** A text that stands in the place of a code is none. */
const CODE = /^\w[\w/:-]{0,59}$/;

/** What may be logged of any error: its name, its codes and its way through the code, not its text. */
export function describeError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => FRAME.test(line));
  const codes = codesOf(error);
  const status = serviceStatusOf(error);
  return {
    name: error.name,
    ...(codes.length === 0 ? {} : { codes }),
    ...(error instanceof NewerItemError ? { says: error.message } : {}),
    ...(status === undefined ? {} : { serviceStatus: status }),
    frames: frames.slice(0, FRAMES).map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function codesOf(error: Error): readonly string[] {
  const codes: readonly unknown[] = [
    ...('code' in error ? [error.code] : []),
    ...('codes' in error && Array.isArray(error.codes) ? error.codes : []),
  ];
  return codes.filter((code) => typeof code === 'string' && CODE.test(code)).map(String);
}
