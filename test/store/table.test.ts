import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { StoreError, StoreUnavailableError } from '../../functions/store/errors.ts';
import { Table } from '../../functions/store/table.ts';

/** What no engine does by itself: what an overloaded table leaves undone, and each reason to cancel a transaction. */

const KEYS = ['a', 'b', 'c'].map((SK) => ({ PK: 'P', SK }));

function overloaded(mostAnswered: number) {
  const asked: number[] = [];
  const pauses: number[] = [];
  const client = {
    send: async (command: object) => {
      if (!(command instanceof BatchGetCommand)) throw new Error('Only batches are asked for');
      const { Keys = [] } = command.input.RequestItems?.jobs ?? {};
      asked.push(Keys.length);
      return {
        // As other commands have them.
        Items: [],
        Responses: { jobs: Keys.slice(0, mostAnswered) },
        UnprocessedKeys:
          Keys.length > mostAnswered ? { jobs: { Keys: Keys.slice(mostAnswered) } } : {},
      };
    },
  };
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  return { table: new Table({ client, tableName: 'jobs', pause }), asked, pauses };
}

describe('items by their keys', () => {
  it('are asked for again, after a pause, as far as they were left out', async () => {
    const { table, asked, pauses } = overloaded(1);
    expect(await table.some(KEYS)).toEqual(KEYS);
    expect(asked).toEqual([3, 2, 1]);
    expect(pauses).toEqual([40, 60]);
  });

  it('are not there for now when they are left out each time', async () => {
    const { table, asked } = overloaded(0);
    await expect(table.some(KEYS)).rejects.toThrow(StoreUnavailableError);
    expect(asked).toHaveLength(5);
  });

  it('are asked for in one call by default, and in none where there are no keys', async () => {
    const { table, asked } = overloaded(100);
    expect(await table.some(KEYS)).toEqual(KEYS);
    expect(await table.some([])).toEqual([]);
    expect(asked).toEqual([3]);
  });
});

/** A table that cancels each transaction for these reasons, one after the other, and then none. */
function canceling(...reasons: readonly (readonly string[])[]) {
  let sent = 0;
  const client = {
    send: async () => {
      const codes = reasons[sent];
      sent += 1;
      if (codes === undefined) return {};
      throw new TransactionCanceledException({
        message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
        $metadata: {},
        CancellationReasons: codes.map((Code) => ({ Code })),
      });
    },
  };
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const table = new Table({ client, tableName: 'jobs', pause });
  const transact = () =>
    table.transact(KEYS.map((Key) => ({ Delete: { TableName: 'jobs', Key } })));
  return { transact, sent: () => sent, pauses };
}

describe('a transaction that is canceled', () => {
  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'for %s is sent again, and could not be done for now when that goes on, which is said',
    async (code) => {
      const passing = canceling(['None', code, 'None'], [code, 'None', code]);
      expect(await passing.transact()).toEqual({ kind: 'written' });
      expect(passing.sent()).toBe(3);
      const lasting = canceling(...Array(8).fill(['None', code, 'None']));
      const error = await lasting.transact().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(error).toMatchObject({ cause: { code } });
      expect(lasting.sent()).toBe(8);
    },
  );

  it.each([
    ['ThrottlingError', 12_700],
    ['ProvisionedThroughputExceeded', 12_700],
    ['TransactionConflict', 560],
  ])('for %s has %i ms to go through', async (code, milliseconds) => {
    const { transact, pauses } = canceling(...Array(7).fill(['None', code]));
    expect(await transact()).toEqual({ kind: 'written' });
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(milliseconds);
  });

  it('for a condition, and for a conflict beside, says which item refused', async () => {
    const { transact, sent } = canceling(['TransactionConflict', 'ConditionalCheckFailed', 'None']);
    expect(await transact()).toEqual({ kind: 'refused', refusals: [{ index: 1 }] });
    expect(sent()).toBe(1);
  });

  it('for an item that the table can never take is not sent again, nor told as load', async () => {
    const { transact, sent } = canceling(['None', 'ValidationError', 'ConditionalCheckFailed']);
    const error = await transact().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).not.toBeInstanceOf(StoreUnavailableError);
    expect(sent()).toBe(1);
  });
});
