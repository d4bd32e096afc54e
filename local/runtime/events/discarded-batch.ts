import { randomUUID } from 'node:crypto';
import type { Resource } from '../contract.ts';
import type { Condition, StreamRecord } from './batch.ts';

/** One shard of a stream, as an event source mapping reads it. */
export interface Shard {
  readonly mapping: Resource;
  readonly streamArn: string;
  readonly id: string;
  /** Names it in the checkpoints. */
  readonly key: string;
}

/**
 * What Lambda tells of a batch that it discards: where it lies in the stream, nothing of what is in it ("Retaining
 * discarded records for a DynamoDB event source in Lambda").
 */
export function letterOf(
  { mapping, streamArn, id }: Shard,
  batch: readonly StreamRecord[],
  condition: Condition,
  tries: number,
): unknown {
  const [first, last] = [batch[0]?.dynamodb, batch.at(-1)?.dynamodb];
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: mapping.properties.FunctionName,
      condition,
      approximateInvokeCount: tries,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: 'Unhandled',
    },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: id,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: first?.ApproximateCreationDateTime,
      approximateArrivalOfLastRecord: last?.ApproximateCreationDateTime,
      batchSize: batch.length,
      streamArn,
    },
  };
}
