import { z } from 'zod';

/** An execution ends after so long; why for all of them: docs/decisions/0059. */
export const EXECUTION_HOURS = 2;
/** However often it was waited before, a wait is no longer. */
export const LONGEST_WAIT_SECONDS = 900;
/** A step works for a quarter of an hour at most: so much is left for waiting. */
const WAITS_MAX_MINUTES = EXECUTION_HOURS * 60 - 15;

/** How a job tries again after a transient failure. */
export const Retry = z
  .strictObject({
    /** Step Functions takes whole seconds alone. */
    intervalSeconds: z.number().int().min(1).max(LONGEST_WAIT_SECONDS),
    // Ends the checks: no list can hold as many waits as a number can say.
    maxAttempts: z.number().int().min(0).max(10, { abort: true }),
    backoffRate: z.number().min(1).max(10),
  })
  .superRefine((retry, context) => {
    const minutes = Math.ceil(secondsWaited(retry) / 60);
    if (minutes <= WAITS_MAX_MINUTES) return;
    // The execution would end in the middle, and the job say that it ran out of time, not what it waited for.
    const message = `makes waits of ${minutes} minutes together, may make ${WAITS_MAX_MINUTES}: an execution ends after ${EXECUTION_HOURS} hours`;
    context.addIssue({ code: 'custom', path: ['maxAttempts'], message });
  });

export type RetryConfig = z.infer<typeof Retry>;

/** How long all waits are together, at most. */
function secondsWaited({ intervalSeconds, maxAttempts, backoffRate }: RetryConfig): number {
  const waits = Array.from({ length: maxAttempts }, (_, before) =>
    Math.min(LONGEST_WAIT_SECONDS, intervalSeconds * backoffRate ** before),
  );
  return waits.reduce((sum, wait) => sum + wait, 0);
}
