import * as z from 'zod';
import type { JobId } from '../domain/ids.ts';
import { absentOrExpired, allOf } from './conditions.ts';
import { idOfJob } from './job-rows.ts';
import { requestKey } from './keys.ts';
import { type Item, parseItem, SCHEMA } from './rows.ts';
import type { TransactItem, WriteContext } from './writing.ts';

/** Idempotency records: which job a request made, so that the same one again makes no other. */

/** What makes the same request, sent again, give the same job. */
export interface RequestRecord {
  readonly key: string;
  readonly bodyHash: string;
  /** How long it does; a day unless given. */
  readonly seconds?: number;
}

const REQUEST_SECONDS = 24 * 60 * 60;

/** What a request that came before is answered with. */
export type Replay =
  /** The job that it made. */
  | { readonly kind: 'replayed'; readonly jobId: JobId }
  /** The same idempotency key came with another body. */
  | { readonly kind: 'key_reused' };

/** The request gave this job, unless it has given one already. */
export function putRequest(
  request: RequestRecord,
  jobId: JobId,
  context: WriteContext,
): TransactItem {
  return {
    Put: {
      TableName: context.tableName,
      Item: {
        ...requestKey(request.key),
        schema: SCHEMA,
        jobId,
        bodyHash: request.bodyHash,
        expiresAt: context.now + (request.seconds ?? REQUEST_SECONDS),
      },
      ...allOf(absentOrExpired(context.now)),
    },
  };
}

const RequestShape = z.object({
  jobId: idOfJob,
  bodyHash: z.string(),
});

/** Which job its first request made, and of which body. */
export function requestOf(item: Item): { readonly jobId: JobId; readonly bodyHash: string } {
  return parseItem(RequestShape, item);
}

/** What a request is answered with that finds this record. */
export function answerTo(request: RequestRecord, item: Item): Replay {
  const before = requestOf(item);
  return before.bodyHash === request.bodyHash
    ? { kind: 'replayed', jobId: before.jobId }
    : { kind: 'key_reused' };
}
