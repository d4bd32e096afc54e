import { z } from 'zod';

/** How a job tries again after a transient failure. */
export const Retry = z.strictObject({
  /** Step Functions takes whole seconds alone. */
  intervalSeconds: z.number().int().min(1).max(900),
  maxAttempts: z.number().int().min(0).max(10),
  backoffRate: z.number().min(1).max(10),
});

export type RetryConfig = z.infer<typeof Retry>;
