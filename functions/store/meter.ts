import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What was asked of AWS since the last reading. */
export interface Consumption {
  /** Calls by operation, such as `TransactWriteItems` and `GetObject`; those that were refused or failed among them. */
  readonly calls: Readonly<Record<string, number>>;
  /** Capacity units of the table with its indexes; the table says none of a write that it refuses. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface Meter {
  /** The consumption since the last call of this function. */
  take(): Consumption;
  /** Counts the calls of another client beside the table's. @returns that client. */
  counting<Client extends CountableClient>(client: Client): Client;
}

type Next = (args: never) => Promise<object>;

/** A client of the SDK, as far as its calls are counted. */
export interface CountableClient {
  readonly middlewareStack: {
    add(
      middleware: (next: Next, context: { readonly commandName?: string }) => Next,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
  };
}

interface Capacity {
  readonly CapacityUnits?: number | undefined;
  readonly ReadCapacityUnits?: number | undefined;
  readonly WriteCapacityUnits?: number | undefined;
}

/** Operations of the table that write: what they consume comes as a total alone. */
const WRITES = /^(Put|Update|Delete|BatchWrite|TransactWrite)/;

const COUNTED = { step: 'initialize', name: 'meter' } as const;

/**
 * Counts calls and capacity units at the SDK's edge, so that what a job costs can be read off the logs. Each call of
 * the table asks for its consumed capacity, which costs nothing.
 */
export function meter(table: DynamoDBClient): Meter {
  let calls: Record<string, number> = {};
  let readUnits = 0;
  let writeUnits = 0;
  const count = (operation: string) => {
    calls[operation] = (calls[operation] ?? 0) + 1;
  };
  table.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = operationOf(context);
      count(operation);
      const answer = await next({
        ...args,
        input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' },
      });
      for (const capacity of capacitiesOf(answer.output)) {
        const writes = WRITES.test(operation);
        readUnits += capacity.ReadCapacityUnits ?? (writes ? 0 : (capacity.CapacityUnits ?? 0));
        writeUnits += capacity.WriteCapacityUnits ?? (writes ? (capacity.CapacityUnits ?? 0) : 0);
      }
      return answer;
    },
    COUNTED,
  );
  return {
    take() {
      const taken = { calls, readUnits, writeUnits };
      calls = {};
      readUnits = 0;
      writeUnits = 0;
      return taken;
    },
    counting(client) {
      client.middlewareStack.add(
        (next, context) => (args) => {
          count(operationOf(context));
          return next(args);
        },
        COUNTED,
      );
      return client;
    },
  };
}

function operationOf({ commandName = 'Unknown' }: { readonly commandName?: string }): string {
  return commandName.replace(/Command$/, '');
}

function capacitiesOf(output: object): readonly Capacity[] {
  if (!('ConsumedCapacity' in output)) return [];
  const { ConsumedCapacity: consumed } = output;
  const list: readonly unknown[] = Array.isArray(consumed) ? consumed : [consumed];
  return list.filter(
    (capacity): capacity is Capacity => typeof capacity === 'object' && capacity !== null,
  );
}
