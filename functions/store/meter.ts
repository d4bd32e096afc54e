import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What was asked of DynamoDB since the last reading, by operation. */
export interface Consumption {
  readonly calls: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface Meter {
  /** The consumption since the last call of this function. */
  take(): Consumption;
}

interface Capacity {
  readonly CapacityUnits?: number | undefined;
  readonly ReadCapacityUnits?: number | undefined;
  readonly WriteCapacityUnits?: number | undefined;
}

/**
 * Counts calls and capacity units at the SDK's edge, so that what a job costs can be printed. Each call asks for
 * its consumed capacity, which costs nothing.
 */
export function meter(client: DynamoDBClient): Meter {
  let calls: Record<string, number> = {};
  let readUnits = 0;
  let writeUnits = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = (context.commandName ?? 'Unknown').replace(/Command$/, '');
      const answer = await next({
        ...args,
        input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' },
      });
      calls[operation] = (calls[operation] ?? 0) + 1;
      for (const capacity of capacitiesOf(answer.output)) {
        const writes = operation === 'TransactWriteItems' || operation === 'TransactWrite';
        readUnits += capacity.ReadCapacityUnits ?? (writes ? 0 : (capacity.CapacityUnits ?? 0));
        writeUnits += capacity.WriteCapacityUnits ?? (writes ? (capacity.CapacityUnits ?? 0) : 0);
      }
      return answer;
    },
    { step: 'initialize', name: 'meter' },
  );
  return {
    take() {
      const taken = { calls, readUnits, writeUnits };
      calls = {};
      readUnits = 0;
      writeUnits = 0;
      return taken;
    },
  };
}

function capacitiesOf(output: object): readonly Capacity[] {
  if (!('ConsumedCapacity' in output)) return [];
  const { ConsumedCapacity: consumed } = output;
  const list: readonly unknown[] = Array.isArray(consumed) ? consumed : [consumed];
  return list.filter(
    (capacity): capacity is Capacity => typeof capacity === 'object' && capacity !== null,
  );
}
