import { z } from 'zod';
import { SyncId } from './sync-id.ts';

/** The environment of a function holds the ids of so many servers' secrets. */
export const SERVERS_MAX = 10;

/** An Actual server and the budgets on it. */
export const Server = z.strictObject({
  /** Names its secrets. */
  id: z.string().regex(/^[a-z][a-z0-9]{0,19}$/, {
    message: 'has to be 1 to 20 lower-case letters and digits, a letter first',
  }),
  budgets: z.array(SyncId).min(1, { message: 'has to name a budget' }),
});
