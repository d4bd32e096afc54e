import type { FunctionInvoker, InvocationResult } from '../contract.ts';

/**
 * Delivers records of a stream to a function, as Lambda's event source mapping does (Lambda Developer Guide,
 * "Configuring partial batch response with DynamoDB and Lambda" and "Retaining discarded records").
 */

export interface StreamRecord {
  readonly eventID: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly ApproximateCreationDateTime?: Date | undefined;
  };
}

/** Why a batch is set aside. */
export type Condition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface DeliveryOptions {
  readonly invoker: FunctionInvoker;
  readonly functionName: string;
  /** Tries after the first one, for one batch. */
  readonly retries: number;
  /** Older records are not delivered any more. */
  readonly ageMs: number;
  readonly bisect: boolean;
  readonly reportsFailures: boolean;
  readonly pause: (attempt: number) => Promise<void>;
  /** Takes a batch that kept failing, or grew too old. */
  readonly setAside: (batch: readonly StreamRecord[], condition: Condition, tries: number) => void;
  readonly isClosed: () => boolean;
}

/**
 * Delivers every record or sets it aside. A batch whose function fails is halved until the record at fault stands
 * alone, so that it does not hold up the others; halving takes none of the tries. Where the function says which
 * record failed, those before it are done and the others are delivered again. A function that is throttled was not
 * tried at all.
 *
 * @returns false when the stack was closed before all was done.
 */
export async function deliver(
  records: readonly StreamRecord[],
  options: DeliveryOptions,
): Promise<boolean> {
  let left = setOldAside(records, options);
  let tries = 0;
  for (let pauses = 0; left.length > 0; pauses += 1) {
    if (options.isClosed()) return false;
    const result = await options.invoker.invoke(options.functionName, { Records: left });
    if (options.isClosed()) return false;
    const failedAt = failedAtIn(result, left, options);
    if (failedAt === undefined) return true;
    if (result.kind === 'error' && options.bisect && left.length > 1) {
      const half = Math.ceil(left.length / 2);
      return (
        (await deliver(left.slice(0, half), options)) && (await deliver(left.slice(half), options))
      );
    }
    if (result.kind !== 'throttled') tries = failedAt > 0 ? 1 : tries + 1;
    left = left.slice(failedAt);
    if (tries > options.retries) {
      options.setAside(left, 'RetryAttemptsExhausted', tries);
      return true;
    }
    await options.pause(pauses);
    left = setOldAside(left, options);
  }
  return true;
}

function setOldAside(
  records: readonly StreamRecord[],
  { ageMs, setAside }: DeliveryOptions,
): readonly StreamRecord[] {
  const oldest = Date.now() - ageMs;
  const isOld = ({ dynamodb: { ApproximateCreationDateTime: made } }: StreamRecord) =>
    made !== undefined && made.getTime() < oldest;
  const old = records.filter(isOld);
  if (old.length > 0) setAside(old, 'RecordAgeExceeded', 0);
  return records.filter((record) => !isOld(record));
}

/** Place of the first record that has to be delivered again; undefined when all are done. */
function failedAtIn(
  result: InvocationResult,
  records: readonly StreamRecord[],
  { reportsFailures }: DeliveryOptions,
): number | undefined {
  if (result.kind !== 'success') return 0;
  if (!reportsFailures) return undefined;
  const failed = identifiers(result.payload);
  if (failed.length === 0) return undefined;
  const places = failed.map((id) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === id),
  );
  // One that names no record of the batch fails all of it.
  return Math.max(0, Math.min(...places));
}

function identifiers(payload: unknown): readonly unknown[] {
  if (typeof payload !== 'object' || payload === null) return [];
  if (!('batchItemFailures' in payload) || !Array.isArray(payload.batchItemFailures)) return [];
  return payload.batchItemFailures.map((failure) => failure?.itemIdentifier);
}
