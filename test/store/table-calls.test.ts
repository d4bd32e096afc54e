import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StoreError, StoreUnavailableError } from '../../functions/store/errors.ts';
import { Table } from '../../functions/store/table.ts';

/** Calls of the table: those that go on where the one before ended, those that fail, those that wait for their turn. */

const KEY = { PK: 'P', SK: '1' };
const QUERY = { KeyConditionExpression: 'PK = :pk', ExpressionAttributeValues: { ':pk': 'P' } };

afterEach(() => vi.useRealTimers());

describe('a query for more than the table gives at once', () => {
  /** Five items, two at a time, as where each is large. */
  function largeItems() {
    const limits: unknown[] = [];
    const all = ['1', '2', '3', '4', '5'].map((SK) => ({ PK: 'P', SK }));
    const client = {
      send: async (command: object) => {
        if (!(command instanceof QueryCommand)) throw new Error('Only queries are sent');
        const { Limit, ExclusiveStartKey } = command.input;
        limits.push(Limit);
        const start = all.findIndex(({ SK }) => SK === ExclusiveStartKey?.SK) + 1;
        const Items = all.slice(start, start + Math.min(2, Limit ?? 2));
        const last = Items.at(-1);
        // `Responses` as other commands have them.
        return { Responses: {}, Items, ...(last?.SK !== '5' && { LastEvaluatedKey: last }) };
      },
    };
    return { table: new Table({ client, tableName: 'jobs' }), limits };
  }

  it('is sent again from where each answer ended, until there are no more', async () => {
    const { table, limits } = largeItems();
    const found = await table.all(QUERY);
    expect(found.map(({ SK }) => SK)).toEqual(['1', '2', '3', '4', '5']);
    expect(limits).toHaveLength(3);
  });

  it('is sent again until so many are found as are wanted, and for no more', async () => {
    const { table, limits } = largeItems();
    const found = await table.all(QUERY, 3);
    expect(found.map(({ SK }) => SK)).toEqual(['1', '2', '3']);
    expect(limits).toEqual([3, 1]);
  });
});

describe('a call that fails', () => {
  const CALLS: readonly (readonly [string, (table: Table) => Promise<unknown>])[] = [
    ['a transaction', (table) => table.transact([{ Delete: { TableName: 'jobs', Key: KEY } }])],
    ['keys', (table) => table.some([KEY])],
    ['a query', (table) => table.page(QUERY)],
  ];

  async function failing(call: (table: Table) => Promise<unknown>, name: string) {
    const thrown = Object.assign(new Error('from the SDK'), { name });
    const send = vi.fn(async () => {
      throw thrown;
    });
    const table = new Table({ client: { send }, tableName: 'jobs', pause: async () => {} });
    const error = await call(table).catch((caught: unknown) => caught);
    // The SDK has tried again by itself where that may help.
    expect(send).toHaveBeenCalledTimes(1);
    expect(error).toMatchObject({ cause: thrown });
    return error;
  }

  it.each(CALLS)('for the network, the service or load is for later: %s', async (_what, call) => {
    for (const name of ['TimeoutError', 'InternalServerError', 'ThrottlingException']) {
      expect(await failing(call, name)).toBeInstanceOf(StoreUnavailableError);
    }
  });

  // What an operator has to put right: the API says for it what it says of an overloaded table.
  it.each(CALLS)(
    'for a right that is missing, or a table that is gone, too: %s',
    async (_what, call) => {
      for (const name of ['AccessDeniedException', 'ResourceNotFoundException']) {
        expect(await failing(call, name)).toBeInstanceOf(StoreUnavailableError);
      }
    },
  );

  it.each(CALLS)('for what it says is no better later: %s', async (_what, call) => {
    const error = await failing(call, 'ValidationException');
    expect(error).toBeInstanceOf(StoreError);
    expect(error).not.toBeInstanceOf(StoreUnavailableError);
  });
});

it('a transaction that met another one waits before it is sent again', async () => {
  vi.useFakeTimers();
  const conflict = new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: [{ Code: 'TransactionConflict' }],
  });
  const send = vi.fn().mockRejectedValueOnce(conflict).mockResolvedValue({});
  const written = new Table({ client: { send }, tableName: 'jobs' }).transact([]);
  await vi.advanceTimersByTimeAsync(19);
  expect(send).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await written).toEqual({ kind: 'written' });
});
