import { randomUUID } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { LIBRARY_VERSION } from '../../functions/actual/library.ts';
import { transactionId } from '../../functions/domain/ids.ts';
import { filesOf, withDatabase, withMetadata } from './archives.ts';
import { failsWith } from './failing.ts';
import { householdDoes } from './household.ts';
import type { Change } from './household-changes.ts';
import { knownBudgets, ways } from './known-budgets.ts';
import { sendMessage } from './messages.ts';
import { changeHistory, loseFile } from './server-files.ts';

/** Budgets that the real server has, and that cannot be read or synced as they are. */

const known = knownBudgets();
const { created, byHand, upload, token } = known;

describe('a budget of a newer Actual', () => {
  const BOTH = `The server has version ${LIBRARY_VERSION}, this is version ${LIBRARY_VERSION}.`;
  const migrated = (archive: Uint8Array, id: number) =>
    withDatabase(archive, (db) => db.prepare('INSERT INTO __migrations__ (id) VALUES (?)').run(id));

  it.each([
    ['after all that are known', 9_999_999_999_999],
    ['between two that are known', 1_787_013_118_000],
  ])('VERSION_MISMATCH: it has a migration %s; it says both versions', async (_where, id) => {
    const { archive } = await migrated((await created()).archive, id);
    const budgetId = await upload(archive);
    expect(await failsWith('VERSION_MISMATCH', known.reader.fetch({ budgetId }))).toBe(BOTH);
    // Refused before it was opened: nothing was sent in the name of a budget that could not be read.
    const { archive: snapshot } = await migrated(withMetadata(archive, { groupId: budgetId }), 1);
    expect(
      await failsWith('VERSION_MISMATCH', known.reader.fetch({ budgetId, archive: snapshot })),
    ).toBe(BOTH);
  });

  it('VERSION_MISMATCH: another device changed a column that is not known here', async () => {
    const home = await created();
    const file = { syncId: home.budgetId, cloudFileId: home.cloudFileId };
    const change = { table: 'payees', row: randomUUID(), column: 'mood', value: 'S:good' };
    await sendMessage(known.reader.server.url, token(), file, change);
    for (const request of ways(home)) {
      expect(await failsWith('VERSION_MISMATCH', known.reader.fetch(request))).toBe(BOTH);
    }
  });

  it('VERSION_MISMATCH: the server is of another version, and it says which is which', async () => {
    const { archive } = await migrated((await created()).archive, 9_999_999_999_999);
    const budgetId = await upload(archive);
    const info = JSON.stringify({ build: { name: '@actual-app/sync-server', version: '27.1.0' } });
    const newer = { status: 200, type: 'application/json', body: info };
    known.reader.proxy.onRequest = (path) => (path === '/info' ? newer : 'pass');
    const said = await failsWith('VERSION_MISMATCH', known.reader.fetch({ budgetId }));
    expect(said).toBe(`The server has version 27.1.0, this is version ${LIBRARY_VERSION}.`);
  });

  const infoOf = (version: unknown) => ({
    status: 200,
    type: 'application/json',
    body: JSON.stringify({ build: { name: '@actual-app/sync-server', version } }),
  });

  it.each([
    ['nothing', 'cut'],
    ['a text that is none', infoOf('at https://10.0.0.7/secret <b>of Canary Grocer</b>')],
    ['one that is endless', infoOf(`27.1.0-${'9'.repeat(10_000)}`)],
    ['a number', infoOf(27)],
  ] as const)(
    'VERSION_MISMATCH: the server says its version as %s, so this one alone is said',
    async (_what, answer) => {
      const { archive } = await migrated((await created()).archive, 9_999_999_999_999);
      const budgetId = await upload(archive);
      known.reader.proxy.onRequest = (path) => (path === '/info' ? answer : 'pass');
      const said = await failsWith('VERSION_MISMATCH', known.reader.fetch({ budgetId }));
      expect(said).toBe(`This is version ${LIBRARY_VERSION}.`);
    },
  );
});

describe('a budget whose copies no longer agree', () => {
  it('SYNC_DIVERGED: the server counts other changes than it gives', async () => {
    const home = await created();
    changeHistory(
      known.reader.server,
      home.budgetId,
      `UPDATE messages_merkles SET merkle = '{"hash":7,"1":{"hash":7}}'`,
    );
    for (const request of ways(home)) await failsWith('SYNC_DIVERGED', known.reader.fetch(request));
  });

  it('CLOCK_DRIFT: a device whose clock is an hour ahead changed it', async () => {
    const home = await created();
    const changes: readonly Change[] = [
      { do: 'open', syncId: home.budgetId },
      { do: 'add', transactions: 1 },
    ];
    await householdDoes(known.reader.server.url, changes, { aheadMinutes: 60 });
    for (const request of ways(home)) await failsWith('CLOCK_DRIFT', known.reader.fetch(request));
  });
});

describe('a budget that is too large', () => {
  it('BUDGET_TOO_LARGE: a budget that was never reset sends more messages than the server takes', async () => {
    // Actual sends the changes of its last five minutes in any case, and those before where the server lacks them.
    const changes: readonly Change[] = [{ do: 'create', transactions: 1000 }];
    const budgetId = await householdDoes(known.reader.server.url, changes, { aheadMinutes: -6 });
    await known.reader.server.stop();
    for (const table of ['messages_merkles', 'messages_binary']) {
      changeHistory(known.reader.server, budgetId, `DELETE FROM ${table}`);
    }
    await known.reader.server.start({ ACTUAL_UPLOAD_FILE_SYNC_SIZE_LIMIT_MB: '1' });
    await failsWith('BUDGET_TOO_LARGE', known.reader.fetch({ budgetId }));
    expect((await known.reader.exchanges()).find(({ outcome }) => outcome === 413)?.path).toBe(
      '/sync/sync',
    );
    await known.reader.server.stop();
    await known.reader.server.start();
    await byHand(budgetId, { do: 'reset' });
  });

  it.each([
    ['an HTML page of a proxy', { status: 413, body: '<html>Canary</html>' }],
    ['an answer without a word', { status: 413, body: '', type: 'text/plain' }],
  ])('BUDGET_TOO_LARGE: %s', async (_what, answer) => {
    const home = await created();
    known.reader.proxy.onRequest = (path) => (path === '/sync/sync' ? answer : 'pass');
    for (const request of ways(home))
      await failsWith('BUDGET_TOO_LARGE', known.reader.fetch(request));
  });

  it('BUDGET_TOO_LARGE: its file holds more than Actual unpacks; it says that only a reset makes it smaller', async () => {
    const file = Buffer.from(zipSync({ 'db.sqlite': strToU8('Canary') }));
    // The size of what is in it, as the zip's directory says it.
    file.writeUInt32LE(600 * 2 ** 20, file.indexOf('PK\u0001\u0002', 'latin1') + 24);
    const budgetId = await upload(file);
    const said = await failsWith('BUDGET_TOO_LARGE', known.reader.fetch({ budgetId }));
    expect(said).toContain('only Reset sync makes it smaller');
  });
});

it('BUDGET_TOO_LARGE: what is sent at once is too much for a proxy; it says to send less, or to let it through', async () => {
  const home = await created();
  const said = await failsWith(
    'BUDGET_TOO_LARGE',
    known.reader.edit(home, async ({ transactions, categories }) => {
      let syncs = 0;
      known.reader.proxy.onRequest = (path) =>
        path === '/sync/sync' && ++syncs > 1
          ? { status: 413, body: '<html>Canary</html>' }
          : 'pass';
      const [id = '', categoryId = ''] = [transactions.id[0], categories[0]?.id];
      return [{ transactionId: transactionId(id), categoryId }];
    }),
  );
  expect(said).toContain('fewer suggestions');
});

describe('a file that cannot be used', () => {
  it('DOWNLOAD_FAILED: the server has lost it, and was asked twice', async () => {
    const { budgetId, cloudFileId } = await created();
    await loseFile(known.reader.server, cloudFileId);
    const before = known.reader.proxy.paths.length;
    await failsWith('DOWNLOAD_FAILED', known.reader.fetch({ budgetId }));
    expect(downloadsSince(before)).toBe(2);
  });

  it.each([
    ['is no zip file (not-zip-file)', async () => Buffer.from('not a zip file')],
    ['is cut off (not-zip-file)', async () => (await created()).archive.subarray(0, 5000)],
    ['has no database (invalid-zip-file)', async () => zipSync({ 'notes.txt': strToU8('Canary') })],
    [
      'has metadata that is no JSON (invalid-meta-file)',
      async () =>
        zipSync({ ...filesOf((await created()).archive), 'metadata.json': strToU8('Canary') }),
    ],
    [
      'has a database that is none',
      async () =>
        zipSync({ ...filesOf((await created()).archive), 'db.sqlite': strToU8('Canary') }),
    ],
    [
      'has a database that a disk has lost a piece of',
      async () => withoutPageOf('messages_crdt', (await created()).archive),
    ],
  ])('BUDGET_CORRUPT: it %s, and was downloaded twice', async (_what, content) => {
    const budgetId = await upload(await content());
    const before = known.reader.proxy.paths.length;
    await failsWith('BUDGET_CORRUPT', known.reader.fetch({ budgetId }));
    expect(downloadsSince(before)).toBe(2);
  });

  it.each([404, 200])(
    'DOWNLOAD_FAILED and BUDGET_CORRUPT: a download that fails once (%i) is done again, and all is well',
    async (status) => {
      const home = await created();
      let failing = 1;
      known.reader.proxy.onRequest = (path) => {
        if (path !== '/sync/download-user-file' || failing === 0) return 'pass';
        failing -= 1;
        return { status, body: 'Canary', type: 'application/octet-stream' };
      };
      const fetched = await known.reader.fetch({ budgetId: home.budgetId });
      expect(fetched.extract).toEqual(home.extract);
    },
  );

  /** Zeros in the place of a table's first page. */
  async function withoutPageOf(table: string, archive: Uint8Array): Promise<Uint8Array> {
    const { result } = await withDatabase(archive, (database) => ({
      page: Number(
        database.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').pluck().get(table),
      ),
      size: Number(database.pragma('page_size', { simple: true })),
    }));
    const { page, size } = result;
    const files = filesOf(archive);
    const database = Buffer.from(files['db.sqlite'] ?? []);
    database.fill(0, (page - 1) * size, page * size);
    return zipSync({ ...files, 'db.sqlite': database });
  }

  function downloadsSince(before: number): number {
    const asked = known.reader.proxy.paths.slice(before);
    return asked.filter((path) => path === '/sync/download-user-file').length;
  }
});
