import type { FunctionInvoker } from '../contract.ts';

/** Delivers records of a stream to a function, as Lambda's event source mapping does. */

export interface StreamRecord {
  readonly eventID: string;
  readonly dynamodb: { readonly SequenceNumber: string };
}

export interface DeliveryOptions {
  readonly invoker: FunctionInvoker;
  readonly functionName: string;
  /** Tries after the first one, for one record. */
  readonly retries: number;
  readonly bisect: boolean;
  readonly reportsFailures: boolean;
  readonly pause: (attempt: number) => Promise<void>;
  /** Takes a record that kept failing. */
  readonly setAside: (record: StreamRecord) => void;
  readonly isClosed: () => boolean;
}

/**
 * Delivers every record or sets it aside. A batch that fails is halved until the record at fault stands alone, so
 * that it does not hold up the others; alone, it is tried a few times.
 *
 * @returns false when the stack was closed before all was done.
 */
export async function deliver(
  records: readonly StreamRecord[],
  options: DeliveryOptions,
): Promise<boolean> {
  let left = records;
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (options.isClosed()) return false;
    const firstFailed = await firstFailure(left, options);
    if (firstFailed === undefined) return true;
    if (options.isClosed()) return false;
    left = left.slice(firstFailed);
    if (left.length > 1 && options.bisect) {
      const half = Math.ceil(left.length / 2);
      return (
        (await deliver(left.slice(0, half), options)) && (await deliver(left.slice(half), options))
      );
    }
    if (attempt >= options.retries) {
      for (const record of left) options.setAside(record);
      return true;
    }
    await options.pause(attempt);
  }
  return true;
}

/** Place of the first record that has to be delivered again. */
async function firstFailure(
  records: readonly StreamRecord[],
  options: DeliveryOptions,
): Promise<number | undefined> {
  const result = await options.invoker.invoke(options.functionName, { Records: records });
  if (result.kind === 'error') return 0;
  if (!options.reportsFailures) return undefined;
  const failed = new Set(identifiers(result.payload));
  const first = records.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber));
  return first === -1 ? undefined : first;
}

function identifiers(payload: unknown): readonly unknown[] {
  if (typeof payload !== 'object' || payload === null) return [];
  if (!('batchItemFailures' in payload) || !Array.isArray(payload.batchItemFailures)) return [];
  return payload.batchItemFailures.map((failure) => failure?.itemIdentifier);
}
