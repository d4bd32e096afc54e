import { z } from 'zod';

/** SNS could send to more; a notice that goes to everybody is read by nobody. */
const ADDRESSES_MAX = 10;

/** Whom the stack writes to when somebody has to do something. */
export const Notices = z.strictObject({
  /** E-mail addresses. AWS asks each once whether it wants to be written to. */
  email: z
    .array(z.string().regex(z.regexes.email, { message: 'has to be an e-mail address' }))
    .min(1, { message: 'has to name an address, or notices has to be left out' })
    .max(ADDRESSES_MAX, { message: `may name ${ADDRESSES_MAX} addresses` })
    .refine((addresses) => new Set(addresses).size === addresses.length, {
      message: 'may name an address once',
    }),
  /** Write of each job that failed too, beside alarms. */
  failedJobs: z.boolean().default(true),
});

export type NoticesConfig = z.infer<typeof Notices>;
