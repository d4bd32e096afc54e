import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ActualBudgets } from '../../functions/actual/client.ts';
import { loadLibrary } from '../../functions/actual/library.ts';
import type { Exchange } from '../../functions/actual/network.ts';
import type { BudgetRequest, FetchedBudget } from '../../functions/actual/reading.ts';
import type { ServerSettings } from '../../functions/actual/session.ts';
import { TRANSACTION_FLAG } from '../../functions/domain/extract.ts';
import { workerId } from '../../functions/domain/ids.ts';
import { type ActualServer, PASSWORD, startActualServer } from './actual-server.ts';
import { clockIdOf, filesOf, metadataOf, withDatabase, withMetadata } from './archives.ts';
import { householdDoes } from './household.ts';
import { MemorySession, settingsOf } from './memory-ports.ts';
import { type MishapProxy, proxyTo } from './proxy.ts';
import { uploadFile } from './upload.ts';

let server: ActualServer;
let proxy: MishapProxy;
let session: MemorySession;
/** The budget that most tests read. */
let home: string;
/** Home as it was downloaded first. */
let first: FetchedBudget;

beforeAll(async () => {
  // The library neither saves nor syncs when it believes to be under test itself.
  vi.stubEnv('NODE_ENV', 'production');
  server = await startActualServer();
  proxy = await proxyTo(server.url);
  session = new MemorySession();
  home = await householdDoes(server.url, [{ do: 'create', transactions: 300 }, { do: 'reset' }]);
  first = await fetchBudget({ budgetId: home });
});

beforeEach(() => {
  proxy.onRequest = () => 'pass';
});

afterEach(() => {
  expect(left).not.toHaveBeenCalled();
  left.mockClear();
});

afterAll(async () => {
  await proxy.close();
  await server.remove();
  vi.unstubAllEnvs();
});

const left = vi.fn();

function fetchBudget(
  request: BudgetRequest,
  options: { settings?: Partial<ServerSettings>; session?: MemorySession; patience?: number } = {},
): Promise<FetchedBudget> {
  const ports = options.session ?? session;
  return new ActualBudgets({
    settings: async () => settingsOf(proxy.url, options.settings),
    tokens: ports,
    logins: ports,
    owner: workerId('worker'),
    leave: left,
    ...(options.patience === undefined ? {} : { patienceMilliseconds: options.patience }),
  }).fetch(request);
}

async function exchanges(): Promise<readonly Exchange[]> {
  return (await loadLibrary()).network.exchanges();
}

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
    const [index = -1] = rowsOn(first, 20250101);
    expect(namesOf(first, index)).toEqual({
      payee: expect.stringContaining('Canary Grocer'),
      category: 'Food at home',
      flags: 0,
    });
    expect(first.extract.transactions.importedPayee[index]).toBe('CANARY GROCER 0');
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
    const token = session.token?.token ?? '';
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

describe('a warm start', () => {
  it('gives what a full download gives, and asks only for what changed', async () => {
    await householdDoes(server.url, [
      { do: 'open', syncId: home },
      { do: 'add', transactions: 3 },
    ]);
    const warm = await fetchBudget({ budgetId: home, archive: first.archive });
    const asked = await exchanges();
    const full = await fetchBudget({ budgetId: home });

    expect(warm.downloaded).toBe(false);
    expect(warm.extract).toEqual(full.extract);
    expect(warm.extract.transactions.id).toHaveLength(first.extract.transactions.id.length + 3);
    expect(asked.map(({ path }) => path)).toEqual(['/sync/sync']);
    const bytes = asked.reduce((sum, one) => sum + one.sentBytes + one.receivedBytes, 0);
    expect(bytes).toBeLessThan(20_000);
  });

  it('has a clock of its own each time', async () => {
    const one = await fetchBudget({ budgetId: home, archive: first.archive });
    const two = await fetchBudget({ budgetId: home, archive: first.archive });
    const ids = await Promise.all([first, one, two].map(({ archive }) => clockIdOf(archive)));
    expect(new Set(ids).size).toBe(3);
  });

  it('uploads nothing whole, however old the snapshot', async () => {
    const archive = withMetadata(first.archive, { lastUploaded: '2020-01-01' });
    await fetchBudget({ budgetId: home, archive });
    expect((await exchanges()).map(({ path }) => path)).toEqual(['/sync/sync']);
  });

  it.each([
    ['is no zip file', async () => Buffer.from('not a zip file')],
    ['is cut off', async () => first.archive.subarray(0, first.archive.length / 2)],
    [
      'is that of another budget',
      async () => withMetadata(first.archive, { groupId: randomUUID() }),
    ],
    ['would leave the data directory', async () => withMetadata(first.archive, { id: '../out' })],
    [
      'has a database without its tables',
      async () =>
        (await withDatabase(first.archive, (db) => db.exec('DROP TABLE messages_clock'))).archive,
    ],
    [
      'was migrated by a newer version',
      async () => (await withDatabase(first.archive, migrateFurther)).archive,
    ],
  ])('is a full download when the snapshot %s', async (_what, damaged) => {
    const fetched = await fetchBudget({ budgetId: home, archive: await damaged() });
    expect(fetched.downloaded).toBe(true);
    expect(fetched.extract.transactions.id.length).toBeGreaterThanOrEqual(
      first.extract.transactions.id.length,
    );
  });
});

function migrateFurther(database: { exec(sql: string): unknown }): void {
  database.exec('INSERT INTO __migrations__ (id) VALUES (9999999999999)');
}

describe('reading', () => {
  it('does not post a schedule that is due', async () => {
    const budgetId = await householdDoes(server.url, [
      { do: 'create', transactions: 5, dueSchedule: true },
    ]);
    const before = await fetchBudget({ budgetId });
    const warm = await fetchBudget({ budgetId, archive: before.archive });
    const after = await fetchBudget({ budgetId });
    expect(warm.extract).toEqual(before.extract);
    expect(after.extract).toEqual(before.extract);

    await householdDoes(server.url, [{ do: 'open', syncId: budgetId }, { do: 'post-due' }]);
    const posted = await fetchBudget({ budgetId });
    expect(posted.extract.transactions.id).toHaveLength(before.extract.transactions.id.length + 1);
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
    const writes = session.writes;
    await fetchBudget({ budgetId: home, archive: first.archive });
    expect(session.writes).toBe(writes);
  });

  it.each([
    ['a full download', () => undefined],
    ['a warm start', () => first.archive],
  ])('is renewed once when the server refuses it in %s', async (_what, archive) => {
    const ended = new MemorySession();
    ended.token = { token: randomUUID(), secretVersion: 'version-1' };
    await fetchBudget({ budgetId: home, archive: archive() }, { session: ended });
    expect(ended.writes).toBe(1);
  });

  it('is not shown to the server when the secret has changed since', async () => {
    const old = new MemorySession();
    old.token = { token: randomUUID(), secretVersion: 'version-0' };
    await fetchBudget({ budgetId: home, archive: first.archive }, { session: old });
    expect((await exchanges()).map(({ outcome }) => outcome)).toEqual([200]);
    expect(old.token?.secretVersion).toBe('version-1');
  });
});

describe('a failure', () => {
  const code = (name: string) => expect.objectContaining({ name });

  it('AUTH_FAILED: a wrong password is tried once', async () => {
    const locked = new MemorySession();
    const options = { session: locked, settings: { password: 'wrong' } };
    await expect(fetchBudget({ budgetId: home }, options)).rejects.toEqual(code('AUTH_FAILED'));
    const asked = proxy.paths.length;
    await expect(fetchBudget({ budgetId: home }, options)).rejects.toEqual(code('AUTH_FAILED'));
    expect(proxy.paths.length).toBe(asked);

    const corrected = { session: locked, settings: { secretVersion: 'version-2' } };
    await expect(fetchBudget({ budgetId: home }, corrected)).resolves.toBeDefined();
  });

  it('BUDGET_NOT_FOUND: no such budget on the server', async () => {
    await expect(fetchBudget({ budgetId: randomUUID() })).rejects.toEqual(code('BUDGET_NOT_FOUND'));
  });

  it('BUDGET_RESET: names the new Sync ID, with a snapshot and without', async () => {
    const budgetId = await householdDoes(server.url, [{ do: 'create', transactions: 3 }]);
    const before = await fetchBudget({ budgetId });
    const newId = await householdDoes(server.url, [
      { do: 'open', syncId: budgetId },
      { do: 'reset' },
    ]);
    const { cloudFileId } = before;
    for (const archive of [before.archive, undefined]) {
      const failed = fetchBudget({ budgetId, archive, cloudFileId });
      await expect(failed).rejects.toEqual(code('BUDGET_RESET'));
      await expect(failed).rejects.toThrow(newId);
    }
  });

  it('encrypted budgets: without, with a wrong and with the right password', async () => {
    const budgetId = await householdDoes(server.url, [
      { do: 'create', transactions: 3 },
      { do: 'encrypt', password: 'secret garden' },
    ]);
    const withPassword = (password: string) => ({
      settings: { budgetPasswords: { [budgetId]: password } },
    });
    await expect(fetchBudget({ budgetId })).rejects.toEqual(code('ENCRYPTION_KEY_REQUIRED'));
    await expect(fetchBudget({ budgetId }, withPassword('wrong'))).rejects.toEqual(
      code('ENCRYPTION_KEY_WRONG'),
    );
    const right = await fetchBudget({ budgetId }, withPassword('secret garden'));
    const { archive } = right;
    const warm = await fetchBudget({ budgetId, archive }, withPassword('secret garden'));
    expect(warm.downloaded).toBe(false);
    expect(warm.extract).toEqual(right.extract);
    await expect(fetchBudget({ budgetId, archive })).rejects.toEqual(
      code('ENCRYPTION_KEY_REQUIRED'),
    );
    await expect(fetchBudget({ budgetId, archive }, withPassword('wrong'))).rejects.toEqual(
      code('ENCRYPTION_KEY_WRONG'),
    );
  });

  it('VERSION_MISMATCH: the budget was migrated by a newer Actual', async () => {
    const { archive } = await withDatabase(first.archive, migrateFurther);
    const budgetId = await upload(archive);
    const failed = fetchBudget({ budgetId });
    await expect(failed).rejects.toEqual(code('VERSION_MISMATCH'));
    await expect(failed).rejects.toThrow(/version 26\.9\.0/);
  });

  it('BUDGET_CORRUPT: the file on the server is no budget', async () => {
    const budgetId = await upload(Buffer.from('not a zip file'));
    await expect(fetchBudget({ budgetId })).rejects.toEqual(code('BUDGET_CORRUPT'));
  });

  it.each([
    [413, 'BUDGET_TOO_LARGE', '/sync/sync'],
    [429, 'SERVER_THROTTLED', '/sync/sync'],
    [502, 'SERVER_UNREACHABLE', '/sync/sync'],
    [502, 'SERVER_UNREACHABLE', '/sync/list-user-files'],
    [503, 'SERVER_UNREACHABLE', '/sync/download-user-file'],
    [404, 'DOWNLOAD_FAILED', '/sync/download-user-file'],
  ])('an HTTP status %i is %s at %s', async (status, name, path) => {
    const body = '<html>a page of a proxy</html>';
    proxy.onRequest = (asked) => (asked === path ? { status, body } : 'pass');
    await expect(fetchBudget({ budgetId: home })).rejects.toEqual(code(name));
  });

  it('LOGIN_THROTTLED: the server lets nobody in for now', async () => {
    proxy.onRequest = (asked) =>
      asked === '/account/login'
        ? { status: 429, body: '{"status":"error","reason":"too-many-requests"}' }
        : 'pass';
    const fresh = { session: new MemorySession() };
    await expect(fetchBudget({ budgetId: home }, fresh)).rejects.toEqual(code('LOGIN_THROTTLED'));
  });

  it.each(['/account/login', '/sync/list-user-files', '/sync/download-user-file', '/sync/sync'])(
    'SERVER_UNREACHABLE: the connection breaks at %s',
    async (path) => {
      proxy.onRequest = (asked) => (asked === path ? 'cut' : 'pass');
      const fresh = { session: new MemorySession() };
      await expect(fetchBudget({ budgetId: home }, fresh)).rejects.toEqual(
        code('SERVER_UNREACHABLE'),
      );
    },
  );

  it('SERVER_UNREACHABLE: the server never answers', async () => {
    proxy.onRequest = (asked) => (asked === '/sync/sync' ? 'silence' : 'pass');
    const request = { budgetId: home, archive: first.archive };
    await expect(fetchBudget(request, { patience: 300 })).rejects.toEqual(
      code('SERVER_UNREACHABLE'),
    );
  });

  it('SERVER_UNREACHABLE: the server is stopped; afterwards all goes well again', async () => {
    await server.stop();
    for (const archive of [first.archive, undefined]) {
      await expect(fetchBudget({ budgetId: home, archive })).rejects.toEqual(
        code('SERVER_UNREACHABLE'),
      );
    }
    await server.start();
    await expect(fetchBudget({ budgetId: home, archive: first.archive })).resolves.toBeDefined();
  });

  it('tells nothing of the budget or the server in what is thrown', async () => {
    proxy.onRequest = (asked) =>
      asked === '/sync/sync' ? { status: 418, body: 'Canary Grocer' } : 'pass';
    const thrown = await fetchBudget({ budgetId: home }).catch((error: unknown) => error);
    expect(thrown).toEqual(code('UNKNOWN'));
    const { message, stack, cause } = thrown instanceof Error ? thrown : new Error('not thrown');
    const told = [message, stack, cause instanceof Error ? cause.stack : ''].join('\n');
    for (const secret of ['Canary', PASSWORD, proxy.url]) expect(told).not.toContain(secret);
  });
});

function upload(content: Uint8Array): Promise<string> {
  return uploadFile(server.url, session.token?.token ?? '', { id: randomUUID(), content });
}

it('gives the metadata what Actual needs to open the archive as a backup', () => {
  expect(metadataOf(first.archive)).toMatchObject({ groupId: home, resetClock: true });
});
