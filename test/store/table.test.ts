import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../functions/store/errors.ts';
import { Table } from '../../functions/store/table.ts';

/** What no engine does by itself: an overloaded table leaves keys of a batch out of its answer. */

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
    expect(pauses).toHaveLength(2);
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
