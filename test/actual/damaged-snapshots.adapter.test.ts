import { randomUUID } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { FetchedBudget } from '../../functions/actual/reading.ts';
import { altered, CELLS, filesOf, withDatabase, withMetadata } from './archives.ts';
import { householdDoes } from './household.ts';
import { type Reader, startReader } from './reader.ts';

let reader: Reader;
let home: string;
let first: FetchedBudget;

beforeAll(async () => {
  reader = await startReader();
  home = await householdDoes(reader.server.url, [{ do: 'create', transactions: 30 }]);
  first = await reader.fetch({ budgetId: home });
});

afterEach(() => {
  expect(reader.left).not.toHaveBeenCalled();
});

afterAll(async () => {
  await reader.remove();
});

/** The snapshot after something was done to its database. */
const after = (sql: string) => async () =>
  (await withDatabase(first.archive, (database) => database.exec(sql))).archive;

const clockWith = (path: string, value: string) =>
  after(`UPDATE messages_clock SET clock = json_set(clock, '${path}', ${value})`);

it.each([
  ['is missing', async () => undefined],
  ['is no zip file', async () => Buffer.from('not a zip file')],
  ['is a zip of something else', async () => zipSync({ 'notes.txt': strToU8('a zip') })],
  ['is cut off', async () => first.archive.subarray(0, first.archive.length / 2)],
  [
    'has another letter than it was packed with',
    async () => altered(first.archive, 'Canary Grocer', 'Canary Groser'),
  ],
  ['is that of another budget', async () => withMetadata(first.archive, { groupId: randomUUID() })],
  ['would leave the data directory', async () => withMetadata(first.archive, { id: '../out' })],
  ['has no clock', after('DROP TABLE messages_clock')],
  ['has a clock that shows no time', clockWith('$.timestamp', `'nonsense'`)],
  ['counts other changes than it has', clockWith('$.merkle', `json('{"hash":7,"1":{"hash":7}}')`)],
  ['has no record of its changes', after('DROP TABLE messages_crdt')],
  ['lacks a table that only the library reads', after('DROP TABLE rules')],
  [
    'has a database with which the library could neither work nor end',
    after('DROP TABLE accounts'),
  ],
  [
    'has cells that are no database',
    async () => zipSync({ ...filesOf(first.archive), [CELLS]: strToU8('no database') }),
  ],
  [
    'was migrated by a newer version',
    after('INSERT INTO __migrations__ (id) VALUES (9999999999999)'),
  ],
])('SNAPSHOT_DAMAGED: a full download instead when the snapshot %s', async (_what, damaged) => {
  const fetched = await reader.fetch({ budgetId: home, archive: await damaged() });
  expect(fetched.downloaded).toBe(true);
  expect(fetched.extract).toEqual(first.extract);
});
