import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadLibrary } from '../../functions/actual/library.ts';
import type { FetchedBudget } from '../../functions/actual/reading.ts';
import { confirmed, type TransactionUpdate } from '../../functions/domain/applying.ts';
import { type TransactionId, transactionId } from '../../functions/domain/ids.ts';
import { householdDoes } from './household.ts';
import type { Change } from './household-changes.ts';
import { type Reader, startReader } from './reader.ts';

/** What the real library makes of changes, as another device of the household sees the budget then. */

let reader: Reader;
let folder: string;
let home: string;
let seen = 0;

beforeAll(async () => {
  [reader, folder] = await Promise.all([startReader(), mkdtemp(join(tmpdir(), 'editing-'))]);
  home = await householdDoes(reader.server.url, [{ do: 'create', transactions: 1 }]);
});

afterAll(async () => {
  await reader.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Seen {
  readonly id: string;
  readonly payee: string | null;
  readonly category: string | null;
  readonly transfer_id: string | null;
}

/** All transactions, after `changes`. */
async function elsewhere(changes: readonly Change[] = []): Promise<readonly Seen[]> {
  const file = join(folder, `${++seen}.json`);
  const opened = { do: 'open', syncId: home } as const;
  await householdDoes(reader.server.url, [opened, ...changes, { do: 'write-down', file }]);
  return JSON.parse(await readFile(file, 'utf8')).transactions;
}

/** A new purchase. */
async function spend(payee: string): Promise<TransactionId> {
  const found = (await elsewhere([{ do: 'spend', payee }])).find((one) => one.payee === payee);
  return transactionId(found?.id ?? '');
}

function categorise(id: TransactionId, payeeName?: string): Promise<FetchedBudget> {
  return reader.edit({ budgetId: home }, async ({ categories }) => [
    {
      transactionId: id,
      categoryId: categories.find(({ name }) => name === 'Food at home')?.id ?? '',
      ...(payeeName === undefined ? {} : { payeeName }),
    },
  ]);
}

/** As it was, but for what `changed` says of one transaction. */
function but(before: readonly Seen[], id: TransactionId, changed: Partial<Seen>): readonly Seen[] {
  return before.map((one) => (one.id === id ? { ...one, ...changed } : one));
}

it('a transfer without another side gets none', async () => {
  const id = await spend('Mortgage');
  const before = await elsewhere([{ do: 'transfer', transaction: id, to: 'House', alone: true }]);
  await categorise(id);
  expect(await elsewhere()).toEqual(but(before, id, { category: 'Food at home' }));
});

it('a transfer leaves its other side as it is, also where that has another amount', async () => {
  const id = await spend('Fund');
  await elsewhere([{ do: 'transfer', transaction: id, to: 'House' }]);
  const other = (await elsewhere()).find((one) => one.transfer_id === id)?.id ?? '';
  const before = await elsewhere([
    { do: 'set', transaction: other, fields: { amount: 4400 }, alone: true },
  ]);
  await categorise(id);
  expect(await elsewhere()).toEqual(but(before, id, { category: 'Food at home' }));
});

it('what another device gave a payee while it became a transfer keeps its other side', async () => {
  const id = await spend('Broker');
  const before = await elsewhere([
    { do: 'transfer', transaction: id, to: 'House' },
    { do: 'set', transaction: id, fields: { payee: 'Broker' }, alone: true },
  ]);
  await categorise(id, 'Bank');
  const after = { category: 'Food at home', payee: 'Bank' };
  expect(await elsewhere()).toEqual(but(before, id, after));
});

it('what a person categorises on another device while a plan is made stays, and all else is written', async () => {
  const [theirs, ours] = [await spend('Florist'), await spend('Kiosk')];
  const updates: TransactionUpdate[] = [];
  const { extract } = await reader.edit({ budgetId: home }, async ({ categories }) => {
    await elsewhere([{ do: 'set', transaction: theirs, fields: { category: 'Bills' } }]);
    const categoryId = categories.find(({ name }) => name === 'Food at home')?.id ?? '';
    updates.push(...[theirs, ours].map((transactionId) => ({ transactionId, categoryId })));
    return updates;
  });
  const seen = await elsewhere();
  const categoryOf = (id: string) => seen.find((one) => one.id === id)?.category;
  expect([categoryOf(theirs), categoryOf(ours)]).toEqual(['Bills', 'Food at home']);
  expect([...confirmed(extract, updates)]).toEqual([ours]);
});

it('a payee that another device makes while a plan is made is the one that is taken', async () => {
  const id = await spend('Stall');
  const { extract } = await reader.edit({ budgetId: home }, async ({ categories }) => {
    await spend('Tea House');
    const categoryId = categories.find(({ name }) => name === 'Food at home')?.id ?? '';
    return [{ transactionId: id, categoryId, payeeName: 'Tea House' }];
  });
  expect(extract.payees.filter(({ name }) => name === 'Tea House')).toHaveLength(1);
});

it('a purchase that another device makes a transfer at that moment has the category until it is changed, and is not confirmed', async () => {
  const id = await spend('Piggy Bank');
  const update = { transactionId: id, categoryId: '' };
  const library = await loadLibrary();
  const { updateTransactions } = library;
  vi.spyOn(library, 'updateTransactions').mockImplementationOnce(async (fields) => {
    await elsewhere([{ do: 'transfer', transaction: id, to: 'Savings' }]);
    await updateTransactions(fields);
  });
  const { extract } = await reader.edit({ budgetId: home }, async ({ categories }) => {
    update.categoryId = categories.find(({ name }) => name === 'Food at home')?.id ?? '';
    return [update];
  });
  const shown = { payee: 'Savings', category: 'Food at home' };
  expect(await elsewhere()).toContainEqual(expect.objectContaining({ id, ...shown }));
  expect(confirmed(extract, [update]).size).toBe(0);
  const changed = await elsewhere([{ do: 'set', transaction: id, fields: { amount: -4600 } }]);
  expect(changed.find((one) => one.id === id)?.category).toBe(null);
});

it('what the plan itself throws stays as it is: it says nothing of the Actual server', async () => {
  const thrown = Object.assign(new Error('The table is gone'), { code: 'ECONNREFUSED' });
  const edited = reader.edit({ budgetId: home }, () => Promise.reject(thrown));
  await expect(edited).rejects.toBe(thrown);
});
