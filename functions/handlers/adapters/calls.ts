import { fieldOf } from '../../domain/json.ts';

/**
 * How clients call services that answer in milliseconds: a call that takes longer has lost its connection, and a new one is
 * quicker than waiting.
 */
export const SMALL_CALLS = {
  maxAttempts: 5,
  requestHandler: {
    requestTimeout: 3_000,
    // Without it the SDK only warns, and goes on waiting.
    throwOnRequestTimeout: true,
    // An answer that has begun may stop in the middle.
    socketTimeout: 3_000,
    connectionTimeout: 1_000,
  },
} as const;

/** The same for the bucket: the largest budgets are sent in seconds. Nothing else would end before the function does. */
export const LARGE_CALLS = {
  requestHandler: {
    ...SMALL_CALLS.requestHandler,
    requestTimeout: 30_000,
    socketTimeout: 30_000,
  },
} as const;

/** HTTP status of a service's answer, where the error is one. */
export function serviceStatusOf(error: unknown): number | undefined {
  const status = fieldOf(fieldOf(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}
