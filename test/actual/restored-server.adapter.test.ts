import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FetchedBudget } from '../../functions/actual/reading.ts';
import { transactionId } from '../../functions/domain/ids.ts';
import { householdDoes } from './household.ts';
import { type Reader, startReader } from './reader.ts';

/** A server that was restored from a backup, and a snapshot that is newer than the backup. */

let reader: Reader;
let backup: string;
let home: string;
/** The budget when the backup was made. */
let before: FetchedBudget;
/** The budget after another device changed it. */
let later: FetchedBudget;

beforeAll(async () => {
  [reader, backup] = await Promise.all([startReader(), mkdtemp(join(tmpdir(), 'backup-'))]);
  const { server } = reader;
  home = await householdDoes(server.url, [{ do: 'create', transactions: 5 }]);
  before = await reader.fetch({ budgetId: home });
  await server.stop();
  await cp(server.dataDir, backup, { recursive: true });
  await server.start();
  await householdDoes(server.url, [
    { do: 'open', syncId: home },
    { do: 'add', transactions: 2, payee: 'Mistake' },
  ]);
  later = await reader.fetch({ budgetId: home, archive: before.archive });
  expect(later.extract.transactions.id.length).toBe(before.extract.transactions.id.length + 2);
});

beforeEach(async () => {
  const { server } = reader;
  await server.stop();
  await rm(server.dataDir, { recursive: true });
  await cp(backup, server.dataDir, { recursive: true });
  await server.start();
});

afterAll(async () => {
  await reader.remove();
  await rm(backup, { recursive: true, force: true });
});

/** The budget as whoever downloads it for the first time sees it. */
const elsewhere = async () => (await reader.fetch({ budgetId: home })).extract;

describe('a server that was restored from a backup', () => {
  it('is what a budget that is read from a newer snapshot is taken from', async () => {
    const fetched = await reader.fetch({ budgetId: home, archive: later.archive });
    expect(fetched.downloaded).toBe(true);
    expect(fetched.extract).toEqual(before.extract);
  });

  it('stays as it was restored when a budget is read from a newer snapshot', async () => {
    await reader.fetch({ budgetId: home, archive: later.archive });
    expect(await elsewhere()).toEqual(before.extract);
  });

  it('gets what an apply from a newer snapshot writes, and nothing else', async () => {
    const { id, category } = before.extract.transactions;
    const place = category.indexOf(-1);
    const chosen = before.extract.categories.findIndex(({ name }) => name === 'Food at home');
    await reader.edit({ budgetId: home, archive: later.archive }, async ({ categories }) => [
      { transactionId: transactionId(id[place] ?? ''), categoryId: categories[chosen]?.id ?? '' },
    ]);
    const { transactions } = before.extract;
    expect(await elsewhere()).toEqual({
      ...before.extract,
      transactions: { ...transactions, category: category.with(place, chosen) },
    });
  });
});
