import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Timestamp } from '../domain/ids.ts';
import type { Expiry } from './job-rows.ts';

/** What all commands of the table speak of. */

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** What every write needs to know of its surroundings. */
export interface WriteContext {
  readonly tableName: string;
  readonly expiry: Expiry;
  /** Epoch seconds: what has expired by then counts as absent. */
  readonly now: number;
  /** The same moment, as items have it. */
  readonly time: Timestamp;
}
