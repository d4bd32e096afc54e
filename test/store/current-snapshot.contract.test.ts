import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { SnapshotStore } from '../../functions/store/snapshot-store.ts';
import { at, uuid } from '../domain/builders.ts';
import { HOME, suggestionTable } from './suggestion-table.ts';

const table = suggestionTable();

/** Where the snapshot of a budget is. */
const snapshots = () => new SnapshotStore(table.options);

describe('the current snapshot', () => {
  const snapshot = {
    id: uuid(7),
    budgetId: HOME,
    takenAt: at(5),
    archiveKey: 'archives/a.zip',
    extractKey: 'extracts/a.json.gz',
    cloudFileId: 'file-1',
    counts: { accounts: 2, transactions: 9 },
  };

  it('is none at first, then the one last set', async () => {
    expect(await snapshots().current(HOME)).toBeUndefined();
    expect(await snapshots().setCurrent(snapshot, table.fence)).toBe('written');
    expect(await snapshots().current(HOME)).toEqual(snapshot);
    const syncPoint = { since: 's', hash: -7, keyId: null, secretVersion: 'v1', madeBy: '26 a' };
    const known = { ...snapshot, syncPoint, stamps: { archive: 'a', extract: 'e' } };
    await snapshots().setCurrent(known, table.fence);
    expect(await snapshots().current(HOME)).toEqual(known);
  });

  it('never expires', async () => {
    await snapshots().setCurrent(snapshot, table.fence);
    const { Items = [] } = await table.options.client.send(
      new QueryCommand({
        TableName: table.options.tableName,
        KeyConditionExpression: 'PK = :pk AND SK = :sk',
        ExpressionAttributeValues: { ':pk': `BUDGET#${HOME}`, ':sk': 'CURRENT_SNAPSHOT' },
      }),
    );
    expect(Items).toMatchObject([{ schema: 1 }]);
    expect(Items[0]).not.toHaveProperty('expiresAt');
  });

  it.each(['jobId', 'executionId', 'workerId'] as const)(
    'does not move under another %s',
    async (field) => {
      const other = { ...table.fence, [field]: uuid(99) };
      expect(await snapshots().setCurrent(snapshot, other)).toBe('conflict');
      expect(await snapshots().current(HOME)).toBeUndefined();
    },
  );
});
