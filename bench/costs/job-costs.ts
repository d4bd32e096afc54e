import {
  type Calls,
  countOf,
  type DetailedUsage,
  OF_SECRETS,
  OF_TABLE,
} from '../../test/e2e/usage.ts';
import { logBytesAround, tracesOf } from './paper.ts';
import type { Quantities } from './prices.ts';

/** What a job used, in the quantities that are paid for. */

const BYTES_OF_A_GB = 1e9;

export interface PaidJob {
  readonly usage: DetailedUsage;
  /** Of all its functions together. */
  readonly gbSeconds: number;
  /** Whether a caller asked for it; otherwise a schedule did. */
  readonly byCaller: boolean;
}

/** Of a job that comes soon after others. */
export function quantitiesOf({ usage, gbSeconds, byCaller }: PaidJob): Quantities {
  const { invocations, stateTypes } = usage;
  const apiCalls = byCaller ? 1 : 0;
  const calls = [...usage.byFunction.values()].flat();
  const logBytes = usage.logBytes + logBytesAround({ invocations, apiCalls, stateTypes });
  return {
    invocation: invocations,
    functionTime: gbSeconds,
    stateTransition: usage.stateTransitions,
    writeUnit: usage.writeUnits,
    readUnit: usage.readUnits,
    bucketWrite: countOf(calls, /^(PutObject|CopyObject|ListObjects.*)$/),
    bucketRead: countOf(calls, /^(GetObject|HeadObject)$/),
    secretCall: countOf(calls, OF_SECRETS),
    apiCall: apiCalls,
    event: countOf(calls, /^PutEvents$/),
    scheduledCall: byCaller ? 0 : 1,
    logs: logBytes / BYTES_OF_A_GB,
    trace: tracesOf(invocations, stateTypes),
  };
}

/**
 * Of a job that comes alone: its functions start anew, and DynamoDB asks for the table's key again for each role that has
 * not called for five minutes (https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html).
 */
export function quantitiesOfLone(job: PaidJob): Quantities {
  const callers = [...job.usage.byFunction.values()].filter(
    (invocations: readonly Calls[]) => countOf(invocations, OF_TABLE) > 0,
  );
  return { ...quantitiesOf(job), keyCall: callers.length };
}
