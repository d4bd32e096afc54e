import type { Database } from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transactionId } from '../../functions/domain/ids.ts';
import { withDatabase } from './archives.ts';
import { failsWith } from './failing.ts';
import { householdDoes } from './household.ts';
import type { Change } from './household-changes.ts';
import { type Reader, startReader } from './reader.ts';
import { alterFile } from './server-files.ts';

let reader: Reader;

beforeAll(async () => {
  reader = await startReader();
});

afterAll(async () => {
  expect(reader.left).not.toHaveBeenCalled();
  await reader.remove();
});

async function created(...changes: readonly Change[]) {
  const budgetId = await householdDoes(reader.server.url, [
    { do: 'create', transactions: 3 },
    ...changes,
  ]);
  return { budgetId, ...(await reader.fetch({ budgetId })) };
}

const byHand = (budgetId: string, change: Change) =>
  householdDoes(reader.server.url, [{ do: 'open', syncId: budgetId }, change]);

describe('a clock that was ahead and is right again', () => {
  it('costs a full download where the snapshot was made by it', async () => {
    const home = await created();
    const { archive } = await withDatabase(home.archive, anHourAhead);
    await byHand(home.budgetId, { do: 'add', transactions: 1 });
    const again = await reader.fetch({ ...home, archive });
    expect(again.downloaded).toBe(true);
    expect(again.extract.transactions.id).toHaveLength(home.extract.transactions.id.length + 1);
  });

  it('costs nothing where it was ahead no further than devices are', async () => {
    const home = await created();
    const { archive } = await withDatabase(home.archive, (database) => setClock(database, 4));
    expect(await reader.fetch({ ...home, archive })).toMatchObject({ downloaded: false });
  });

  it('CLOCK_DRIFT: the file on the server has it, and nothing can be changed', async () => {
    const home = await created({ do: 'reset' });
    await alterFile(reader.server, home.cloudFileId, async (content) => {
      const { archive } = await withDatabase(content, anHourAhead);
      return archive;
    });
    const change = reader.edit(
      { budgetId: home.budgetId },
      async ({ transactions, categories }) => [
        {
          transactionId: transactionId(transactions.id[transactions.category.indexOf(-1)] ?? ''),
          categoryId: categories[0]?.id ?? '',
        },
      ],
    );
    await failsWith('CLOCK_DRIFT', change);
  });
});

const anHourAhead = (database: Database) => setClock(database, 60);

function setClock(database: Database, minutesAhead: number): void {
  const time = new Date(Date.now() + minutesAhead * 60_000).toISOString();
  database
    .prepare(
      `UPDATE messages_clock SET clock = json_set(clock, '$.timestamp',
        ? || substr(json_extract(clock, '$.timestamp'), 25))`,
    )
    .run(time);
}
