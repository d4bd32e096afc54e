import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FetchedBudget } from '../../functions/actual/reading.ts';
import type { KnownSnapshot } from '../../functions/actual/sync-point.ts';
import { transactionId } from '../../functions/domain/ids.ts';
import type { SyncPoint } from '../../functions/domain/snapshot.ts';
import { failsWith } from './failing.ts';
import { householdDoes } from './household.ts';
import type { Change } from './household-changes.ts';
import { MemorySession } from './memory-ports.ts';
import { sendMessage } from './messages.ts';
import type { Mishap } from './proxy.ts';
import { type Reader, shareReader, startReader } from './reader.ts';
import { order } from './server-api.ts';
import { changeAccounts, changeHistory } from './server-files.ts';

/** Whether a real server has something new, asked without opening the budget. */

let reader: Reader;
/** A budget that nobody changes. */
let quiet: Known;

beforeAll(async () => {
  reader = await startReader();
  quiet = await created();
});

shareReader(() => reader);

/** A budget, and its snapshot. */
interface Known extends KnownSnapshot {
  readonly fetched: FetchedBudget;
}

async function snapshotOf(budgetId: string, password?: string): Promise<Known> {
  const budgetPasswords = password === undefined ? {} : { [budgetId]: password };
  const fetched = await reader.fetch({ budgetId }, { settings: { budgetPasswords } });
  const { cloudFileId, syncPoint } = fetched;
  if (syncPoint === undefined) throw new Error('The library does not say how far it is');
  return { budgetId, cloudFileId, syncPoint, fetched };
}

async function created(...changes: readonly Change[]): Promise<Known> {
  return snapshotOf(
    await householdDoes(reader.server.url, [{ do: 'create', transactions: 3 }, ...changes]),
  );
}

const byHand = (budgetId: string, ...changes: readonly Change[]) =>
  householdDoes(reader.server.url, [{ do: 'open', syncId: budgetId }, ...changes]);

const withPoint = (home: Known, changes: Partial<SyncPoint>): KnownSnapshot => ({
  ...home,
  syncPoint: { ...home.syncPoint, ...changes },
});

/** Paths that were asked for meanwhile. */
async function pathsDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = reader.proxy.paths.length;
  await work();
  return reader.proxy.paths.slice(before);
}

describe('a budget in which nothing changed', () => {
  it.each([
    ['that was never reset', () => quiet],
    ['that was reset, so that the server has no change at all', () => created({ do: 'reset' })],
  ])('%s is up to date, by one small answer', async (_what, snapshot) => {
    const home = await snapshot();
    const asked = await pathsDuring(async () => {
      expect(await reader.isUpToDate(home)).toBe(true);
    });
    expect(asked).toEqual(['/sync/sync']);
  });

  it('is up to date after a warm start, and after many', async () => {
    const { budgetId, fetched } = quiet;
    let { archive } = fetched;
    for (let time = 0; time < 2; time += 1) {
      const { cloudFileId, syncPoint, ...warm } = await reader.fetch({ budgetId, archive });
      archive = warm.archive;
      if (syncPoint === undefined) throw new Error('The library does not say how far it is');
      expect(await reader.isUpToDate({ budgetId, cloudFileId, syncPoint })).toBe(true);
    }
  });

  it('is up to date after a change of its own, whatever id its clock gets the next time', async () => {
    const { budgetId } = await created();
    const { cloudFileId, syncPoint } = await reader.edit({ budgetId }, async (extract) => [
      {
        transactionId: transactionId(
          extract.transactions.id[extract.transactions.category.indexOf(-1)] ?? '',
        ),
        categoryId: extract.categories[0]?.id ?? '',
      },
    ]);
    if (syncPoint === undefined) throw new Error('The library does not say how far it is');
    for (const id of ['0'.repeat(16), 'f'.repeat(16)]) {
      const since = syncPoint.since.slice(0, -16) + id;
      const later = { budgetId, cloudFileId, syncPoint: { ...syncPoint, since } };
      expect(await reader.isUpToDate(later)).toBe(true);
    }
  });

  it('is up to date when it is encrypted', async () => {
    const budgetId = await householdDoes(reader.server.url, [
      { do: 'create', transactions: 3 },
      { do: 'encrypt', password: 'secret garden' },
    ]);
    const home = await snapshotOf(budgetId, 'secret garden');
    expect(home.syncPoint.keyId).not.toBeNull();
    expect(await reader.isUpToDate(home)).toBe(true);
  });
});

describe('a budget is not up to date', () => {
  it('once another device has added one transaction, and is again after a sync of that', async () => {
    const home = await created();
    await byHand(home.budgetId, { do: 'add', transactions: 1 });
    expect(await reader.isUpToDate(home)).toBe(false);
    const { syncPoint, ...synced } = await reader.fetch({ ...home, archive: home.fetched.archive });
    expect(synced.downloaded).toBe(false);
    expect(synced.extract.transactions.id).toHaveLength(
      home.fetched.extract.transactions.id.length + 1,
    );
    if (syncPoint === undefined) throw new Error('The library does not say how far it is');
    expect(await reader.isUpToDate({ ...home, syncPoint })).toBe(true);
  });

  it('once a device that was away sends what it changed before the last sync', async () => {
    const home = await created();
    const file = { syncId: home.budgetId, cloudFileId: home.cloudFileId };
    const change = { table: 'payees', row: randomUUID(), column: 'name', value: 'S:Late Shop' };
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await sendMessage(reader.server.url, token(), file, change, anHourAgo);
    expect(await reader.isUpToDate(home)).toBe(false);
  });

  it('when the server counts other changes than it gives', async () => {
    const home = await created();
    const trie = `UPDATE messages_merkles SET merkle = '{"hash":7,"1":{"hash":7}}'`;
    changeHistory(reader.server, home.budgetId, trie);
    expect(await reader.isUpToDate(home)).toBe(false);
  });

  it.each([
    ['was reset', (home: Known) => byHand(home.budgetId, { do: 'reset' })],
    [
      'was encrypted',
      (home: Known) => byHand(home.budgetId, { do: 'encrypt', password: 'secret garden' }),
    ],
    [
      'was deleted',
      (home: Known) =>
        order(reader.server.url, token(), '/sync/delete-user-file', { fileId: home.cloudFileId }),
    ],
    [
      'has a new key under the same id',
      async ({ cloudFileId }: Known) => {
        const keyId = randomUUID();
        const sql = 'UPDATE files SET encrypt_keyid = ?, encrypt_meta = ? WHERE id = ?';
        changeAccounts(reader.server, sql, keyId, JSON.stringify({ keyId }), cloudFileId);
      },
    ],
  ])('when it %s', async (_what, change) => {
    const home = await created();
    await change(home);
    expect(await reader.isUpToDate(home)).toBe(false);
  });

  it.each([
    ['another version has made the snapshot', { madeBy: '26.8.0 0' }],
    ['the secret has changed since', { secretVersion: 'version-0' }],
  ])('when %s, and the server is not asked', async (_what, changes) => {
    const asked = await pathsDuring(async () => {
      expect(await reader.isUpToDate(withPoint(quiet, changes))).toBe(false);
    });
    expect(asked).toEqual([]);
  });

  it.each<[string, Mishap]>([
    ['no answer of a server', { status: 200, body: 'all is well', type: 'text/plain' }],
    ['an empty answer', { status: 200, body: '', type: 'application/actual-sync' }],
    ['a page', { status: 200, body: '<html></html>' }],
    ['a refusal', { status: 403, body: 'file-access-not-allowed' }],
    ['an error', { status: 500, body: 'internal', type: 'text/plain' }],
  ])('when the answer is %s', async (_what, answer) => {
    reader.proxy.onRequest = () => answer;
    expect(await reader.isUpToDate(quiet)).toBe(false);
  });
});

const token = () => reader.session.token?.token ?? '';

describe('a server that cannot be asked', () => {
  it.each<[string, Mishap]>([
    ['breaks off', 'cut'],
    ['is silent', 'silence'],
  ])('SERVER_UNREACHABLE: it %s', async (_what, mishap) => {
    reader.proxy.onRequest = () => mishap;
    await failsWith('SERVER_UNREACHABLE', reader.isUpToDate(quiet, { patience: 300 }));
  });

  it('SESSION_EXPIRED: a token that it refuses is renewed with one login', async () => {
    const ended = new MemorySession();
    ended.token = { token: randomUUID(), login: 'before', secretVersion: 'version-1' };
    expect(await reader.isUpToDate(quiet, { session: ended })).toBe(true);
    expect(ended.writes).toBe(1);
  });

  it('SESSION_EXPIRED: a server that refuses every token is asked for one more', async () => {
    const refused = { status: 401, body: '{"reason":"unauthorized"}', type: 'application/json' };
    reader.proxy.onRequest = (path) => (path === '/sync/sync' ? refused : 'pass');
    const asked = await pathsDuring(() => failsWith('SESSION_EXPIRED', reader.isUpToDate(quiet)));
    expect(asked).toEqual(['/sync/sync', '/account/login', '/sync/sync']);
  });
});
