import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { today } from '../../functions/actual/library.ts';
import { keepYoungGenerationSmall } from '../../functions/actual/memory.ts';
import type { BudgetRequest } from '../../functions/actual/opening.ts';
import type { FetchedBudget } from '../../functions/actual/reading.ts';
import { TRANSACTION_FLAG } from '../../functions/domain/extract.ts';
import { filesOf, metadataOf } from './archives.ts';
import { householdDoes } from './household.ts';
import { MemorySession } from './memory-ports.ts';
import { type FetchOptions, type Reader, shareReader, startReader } from './reader.ts';

vi.mock('../../functions/actual/memory.ts', { spy: true });

let reader: Reader;
/** The budget that most tests read. */
let home: string;
/** Home as it was downloaded first. */
let first: FetchedBudget;

beforeAll(async () => {
  reader = await startReader();
  home = await householdDoes(reader.server.url, [
    { do: 'create', transactions: 300 },
    { do: 'reset' },
  ]);
  first = await fetchBudget({ budgetId: home });
});

shareReader(() => reader);

const fetchBudget = (request: BudgetRequest, options?: FetchOptions) =>
  reader.fetch(request, options);

function namesOf({ extract }: FetchedBudget, index: number) {
  const { transactions, payees, categories } = extract;
  return {
    payee: payees[transactions.payee[index] ?? -1]?.name,
    category: categories[transactions.category[index] ?? -1]?.name,
    flags: transactions.flags[index],
  };
}

function rowsOn(fetched: FetchedBudget, date: number): readonly number[] {
  const { transactions } = fetched.extract;
  return transactions.date.flatMap((day, index) => (day === date ? [index] : []));
}

describe('a full download', () => {
  it('gives every account, and every transaction with its payee and category', () => {
    expect(first.downloaded).toBe(true);
    expect(first.extract.accounts.map(({ name, offBudget }) => [name, offBudget]).sort()).toEqual([
      ['Checking', false],
      ['House', true],
      ['Savings', false],
    ]);
    const index = first.extract.transactions.importedPayee.indexOf('CANARY GROCER 0');
    expect(first.extract.transactions.date[index]).toBe(20250101);
    expect(namesOf(first, index)).toEqual({
      payee: expect.stringContaining('Canary Grocer'),
      category: 'Food at home',
      flags: 0,
    });
  });

  it('tells split transactions and their parts apart', () => {
    const flags = rowsOn(first, 20260103).map((index) => namesOf(first, index).flags);
    expect(flags.toSorted()).toEqual([
      TRANSACTION_FLAG.splitParent,
      TRANSACTION_FLAG.splitChild,
      TRANSACTION_FLAG.splitChild,
    ]);
  });

  it('names the payee of a transfer after the account behind it', () => {
    const payees = rowsOn(first, 20260102).map((index) => namesOf(first, index).payee);
    expect(payees.toSorted()).toEqual(['Checking', 'Savings']);
    const { payees: all, accounts } = first.extract;
    const savings = accounts.find(({ name }) => name === 'Savings');
    expect(all.find(({ name }) => name === 'Savings')?.transferAccountId).toBe(savings?.id);
  });

  it('leaves out what was deleted', () => {
    expect(rowsOn(first, 20260104)).toEqual([]);
  });

  it('knows starting balances', () => {
    const { flags } = first.extract.transactions;
    expect(flags.filter((flag) => flag & TRANSACTION_FLAG.startingBalance)).toHaveLength(1);
  });

  it('keeps the session token out of every file of the archive', () => {
    const token = reader.session.token?.token ?? '';
    expect(token).not.toBe('');
    for (const content of Object.values(filesOf(first.archive))) {
      expect(Buffer.from(content).includes(token)).toBe(false);
    }
  });

  it('leaves nothing behind on the disk', async () => {
    const left = await readdir(tmpdir());
    expect(left.filter((name) => name === `actual-jobs-${process.pid}`)).toEqual([]);
  });
});

describe('reading', () => {
  it('begins in a process whose young generation is kept small, with each budget anew', async () => {
    const kept = vi.mocked(keepYoungGenerationSmall).mockClear();
    for (const time of [1, 2]) {
      await fetchBudget({ budgetId: home, archive: first.archive });
      expect(kept).toHaveBeenCalledTimes(time);
    }
  });

  it('does not post a schedule that is due', async () => {
    const budgetId = await householdDoes(reader.server.url, [
      { do: 'create', transactions: 5, dueSchedule: true },
    ]);
    const before = await fetchBudget({ budgetId });
    const warm = await fetchBudget({ budgetId, archive: before.archive });
    const after = await fetchBudget({ budgetId });
    expect(warm.extract).toEqual(before.extract);
    expect(after.extract).toEqual(before.extract);

    await householdDoes(reader.server.url, [{ do: 'open', syncId: budgetId }, { do: 'post-due' }]);
    const posted = await fetchBudget({ budgetId });
    expect(posted.extract.transactions.id).toHaveLength(before.extract.transactions.id.length + 1);
  });

  it.each([
    ['a full download', () => undefined],
    ['a warm start', (before: FetchedBudget) => before.archive],
  ])('does not post it in %s that begins before midnight and ends after it', async (_what, of) => {
    const budgetId = await householdDoes(reader.server.url, [
      { do: 'create', transactions: 5, dueSchedule: true },
    ]);
    const before = await fetchBudget({ budgetId });
    const midnight = new Date();
    midnight.setHours(24, 0, 0, 0);
    vi.useFakeTimers({ toFake: ['Date'], now: midnight.getTime() - 2_000 });
    const days: string[] = [today()];
    reader.proxy.onRequest = (path) => {
      if (path === '/sync/sync') vi.setSystemTime(midnight.getTime() + 2_000);
      days.push(today());
      return 'pass';
    };
    const across = await fetchBudget({ budgetId, archive: of(before) }).finally(() => {
      vi.useRealTimers();
    });
    expect(new Set(days).size).toBe(2);
    expect(across.extract).toEqual(before.extract);
    reader.proxy.onRequest = () => 'pass';
    expect((await fetchBudget({ budgetId })).extract).toEqual(before.extract);
  });

  it('prints nothing and gives the console back', async () => {
    const { log, warn, error } = console;
    const written = vi.spyOn(process.stdout, 'write');
    const complained = vi.spyOn(process.stderr, 'write');
    await fetchBudget({ budgetId: home, archive: first.archive });
    expect(written).not.toHaveBeenCalled();
    expect(complained).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    expect([console.log, console.warn, console.error]).toEqual([log, warn, error]);
  });
});

describe('the session', () => {
  it('is used again without a login', async () => {
    const { writes } = reader.session;
    await fetchBudget({ budgetId: home, archive: first.archive });
    expect(reader.session.writes).toBe(writes);
  });

  it.each([
    ['a full download', () => undefined],
    ['a warm start', () => first.archive],
  ])('is renewed once when the server refuses it in %s', async (_what, archive) => {
    const ended = new MemorySession();
    ended.token = { token: randomUUID(), login: 'before', secretVersion: 'version-1' };
    await fetchBudget({ budgetId: home, archive: archive() }, { session: ended });
    expect(ended.writes).toBe(1);
  });

  it('is not shown to the server when the secret has changed since', async () => {
    const old = new MemorySession();
    old.token = { token: randomUUID(), login: 'before', secretVersion: 'version-0' };
    const before = reader.proxy.paths.length;
    await fetchBudget({ budgetId: home, archive: first.archive }, { session: old });
    expect(reader.proxy.paths.slice(before)).toEqual(['/account/login', '/sync/sync']);
    expect(old.token?.secretVersion).toBe('version-1');
  });
});

describe('a copy', () => {
  it('is as Actual exports it, without the session token', async () => {
    const { copy } = await reader.fetchWithCopy({ budgetId: home, archive: first.archive });
    expect(Object.keys(filesOf(copy)).toSorted()).toEqual(['db.sqlite', 'metadata.json']);
    expect(metadataOf(copy)).toMatchObject({ groupId: home, resetClock: true });
    const token = reader.session.token?.token ?? '';
    for (const content of Object.values(filesOf(copy))) {
      expect(Buffer.from(content).includes(token)).toBe(false);
    }
  });
});
