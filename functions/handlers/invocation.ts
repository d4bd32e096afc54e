import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { JobNotRunningError } from '../domain/step-refusals.ts';
import type { Meter } from '../store/meter.ts';
import { describeError, logger } from './logger.ts';
import { outward } from './outward.ts';

/** What every function behind the API has in common: its input is parsed, its logs carry ids, its errors are ours. */

export interface Invocation<Event, Result> {
  readonly event: z.ZodType<Event>;
  /** Ids to log with every line, out of the event. */
  readonly ids?: (event: Event) => Readonly<Record<string, string>>;
  readonly meter: Meter;
  readonly work: (event: Event, context: Context) => Promise<Result>;
}

/**
 * A Lambda handler. Errors leave it with a code as name and a sentence as message, and without a stack: the caller
 * (Step Functions, EventBridge) keeps what they say.
 */
export function invocation<Event, Result>(
  parts: Invocation<Event, Result>,
): (event: unknown, context: Context) => Promise<Result> {
  const handler = middy(
    async (input: unknown, context: Context): Promise<Result> => {
      const event = parts.event.parse(input);
      logger.appendKeys({ ...parts.ids?.(event) });
      return parts.work(event, context);
    },
    // Lambda's own time-out has a name that the workflow knows, and ends what is under way.
    { timeoutEarlyInMillis: 0 },
  );
  handler.use(logged(parts.meter));
  return (event, context) => handler(event, context);
}

/** Request id on every line, what was used of AWS at the end, errors without their texts. */
function logged(meter: Meter): MiddlewareObj<unknown, unknown, Error, Context> {
  return {
    before: ({ context }) => {
      logger.resetKeys();
      logger.appendKeys({ requestId: context.awsRequestId });
      meter.take();
    },
    after: () => {
      logger.info('done', { used: meter.take() });
    },
    onError: (request) => {
      const { error, context } = request;
      // Refusing to go on is what a worker is to do whose job was called off: nobody has to look.
      const level = error instanceof JobNotRunningError ? 'warn' : 'error';
      logger[level]('failed', { error: describeError(error), used: meter.take() });
      request.error = outward(error, context.awsRequestId);
    },
  };
}
