import { randomUUID } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LIBRARY_VERSION } from '../../functions/actual/library.ts';
import type { FetchedBudget } from '../../functions/actual/reading.ts';
import { filesOf, withDatabase, withMetadata } from './archives.ts';
import { failsWith } from './failing.ts';
import { householdDoes } from './household.ts';
import type { Change } from './household-device.ts';
import { sendMessage } from './messages.ts';
import { type Reader, startReader } from './reader.ts';
import { order } from './server-api.ts';
import { changeAccounts, changeHistory, loseFile } from './server-files.ts';
import { uploadFile } from './upload.ts';

/** Failures of one budget, as the real server gives them once its data is in the state that brings them about. */

let reader: Reader;

beforeAll(async () => {
  reader = await startReader();
});

beforeEach(() => {
  reader.proxy.onRequest = () => 'pass';
});

afterEach(() => {
  expect(reader.left).not.toHaveBeenCalled();
});

afterAll(async () => {
  await reader.remove();
});

/** A budget on the server, and how it was when it was read first. */
interface Known extends FetchedBudget {
  readonly budgetId: string;
}

async function created(...changes: readonly Change[]): Promise<Known> {
  const budgetId = await householdDoes(reader.server.url, [
    { do: 'create', transactions: 3 },
    ...changes,
  ]);
  return { budgetId, ...(await reader.fetch({ budgetId })) };
}

const byHand = (budgetId: string, ...changes: readonly Change[]) =>
  householdDoes(reader.server.url, [{ do: 'open', syncId: budgetId }, ...changes]);

/** Both ways to open a budget: from its snapshot, and in full while remembering the file it was of. */
const ways = ({ budgetId, archive, cloudFileId }: Known) => [
  { budgetId, archive, cloudFileId },
  { budgetId, cloudFileId },
];

const token = () => reader.session.token?.token ?? '';

const upload = (content: Uint8Array) =>
  uploadFile(reader.server.url, token(), { id: randomUUID(), content });

const post = (path: string, body: object) => order(reader.server.url, token(), path, body);

const column = (name: string, value: string | number | null, { cloudFileId }: Known) =>
  changeAccounts(reader.server, `UPDATE files SET ${name} = ? WHERE id = ?`, value, cloudFileId);

describe('a budget that the server does not have', () => {
  it('BUDGET_NOT_FOUND: no budget has this id', async () => {
    expect(await failsWith('BUDGET_NOT_FOUND', reader.fetch({ budgetId: randomUUID() }))).toBe('');
  });

  it('BUDGET_NOT_FOUND: the server lists a file of which it says nothing', async () => {
    const body = '{"status":"ok","data":[{}]}';
    reader.proxy.onRequest = (path) =>
      path === '/sync/list-user-files' ? { status: 200, type: 'application/json', body } : 'pass';
    await failsWith('BUDGET_NOT_FOUND', reader.fetch({ budgetId: randomUUID() }));
  });

  it('BUDGET_NOT_FOUND: it was deleted in Actual', async () => {
    const { budgetId, cloudFileId } = await created();
    await post('/sync/delete-user-file', { fileId: cloudFileId });
    await failsWith('BUDGET_NOT_FOUND', reader.fetch({ budgetId, cloudFileId }));
  });

  it('BUDGET_NOT_FOUND: it is shared with this user no longer', async () => {
    const home = await created();
    reader.proxy.onRequest = (path) =>
      path === '/sync/sync' ? { status: 403, body: 'file-access-not-allowed' } : 'pass';
    await failsWith('BUDGET_NOT_FOUND', reader.fetch(home));
  });
});

describe('an encrypted budget', () => {
  const encrypted = async () => {
    const budgetId = await householdDoes(reader.server.url, [
      { do: 'create', transactions: 3 },
      { do: 'encrypt', password: 'secret garden' },
    ]);
    const withPassword = (password: string) => ({
      settings: { budgetPasswords: { [budgetId]: password } },
    });
    return { budgetId, withPassword };
  };

  it('ENCRYPTION_KEY_REQUIRED and ENCRYPTION_KEY_WRONG: without, with a wrong and with the right password', async () => {
    const { budgetId, withPassword } = await encrypted();
    const right = await reader.fetch({ budgetId }, withPassword('secret garden'));
    for (const archive of [undefined, right.archive]) {
      await failsWith('ENCRYPTION_KEY_REQUIRED', reader.fetch({ budgetId, archive }));
      const wrong = reader.fetch({ budgetId, archive }, withPassword('wrong'));
      await failsWith('ENCRYPTION_KEY_WRONG', wrong);
    }
    const { archive } = right;
    const warm = await reader.fetch({ budgetId, archive }, withPassword('secret garden'));
    expect(warm.downloaded).toBe(false);
    expect(warm.extract).toEqual(right.extract);
  });

  it('ENCRYPTION_KEY_UNSUPPORTED: its key has nothing to be tested with, as keys once were', async () => {
    const { budgetId, withPassword } = await encrypted();
    changeAccounts(
      reader.server,
      'UPDATE files SET encrypt_test = NULL WHERE group_id = ?',
      budgetId,
    );
    const opened = reader.fetch({ budgetId }, withPassword('secret garden'));
    await failsWith('ENCRYPTION_KEY_UNSUPPORTED', opened);
  });

  it('BUDGET_NOT_FOUND: it was deleted in Actual, and there is a snapshot of it', async () => {
    const { budgetId, withPassword } = await encrypted();
    const password = withPassword('secret garden');
    const { archive, cloudFileId } = await reader.fetch({ budgetId }, password);
    await post('/sync/delete-user-file', { fileId: cloudFileId });
    const opened = reader.fetch({ budgetId, archive, cloudFileId }, password);
    await failsWith('BUDGET_NOT_FOUND', opened);
  });

  it('BUDGET_RESET: its password was changed in Actual; it names the new id', async () => {
    const { budgetId, withPassword } = await encrypted();
    const { archive, cloudFileId } = await reader.fetch(
      { budgetId },
      withPassword('secret garden'),
    );
    const newId = await householdDoes(reader.server.url, [
      { do: 'open', syncId: budgetId, password: 'secret garden' },
      { do: 'encrypt', password: 'another garden' },
    ]);
    for (const password of ['secret garden', 'another garden']) {
      for (const snapshot of [archive, undefined]) {
        const request = { budgetId, archive: snapshot, cloudFileId };
        const opened = reader.fetch(request, withPassword(password));
        expect(await failsWith('BUDGET_RESET', opened)).toBe(`Its Sync ID is now ${newId}.`);
      }
    }
  });

  it('SERVER_UNREACHABLE: its key cannot be asked for', async () => {
    const { budgetId, withPassword } = await encrypted();
    reader.proxy.onRequest = (path) => (path === '/sync/user-get-key' ? 'cut' : 'pass');
    const opened = reader.fetch({ budgetId }, withPassword('secret garden'));
    await failsWith('SERVER_UNREACHABLE', opened);
  });
});

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
    expect(await failsWith('VERSION_MISMATCH', reader.fetch({ budgetId }))).toBe(BOTH);
    // Refused before it was opened: nothing was sent in the name of a budget that could not be read.
    const { archive: snapshot } = await migrated(withMetadata(archive, { groupId: budgetId }), 1);
    expect(await failsWith('VERSION_MISMATCH', reader.fetch({ budgetId, archive: snapshot }))).toBe(
      BOTH,
    );
  });

  it('VERSION_MISMATCH: another device changed a column that is not known here', async () => {
    const home = await created();
    const file = { syncId: home.budgetId, cloudFileId: home.cloudFileId };
    const change = { table: 'payees', row: randomUUID(), column: 'mood', value: 'S:good' };
    await sendMessage(reader.server.url, token(), file, change);
    for (const request of ways(home)) {
      expect(await failsWith('VERSION_MISMATCH', reader.fetch(request))).toBe(BOTH);
    }
  });

  it('VERSION_MISMATCH: the server is of another version, and it says which is which', async () => {
    const { archive } = await migrated((await created()).archive, 9_999_999_999_999);
    const budgetId = await upload(archive);
    const info = JSON.stringify({ build: { name: '@actual-app/sync-server', version: '27.1.0' } });
    const newer = { status: 200, type: 'application/json', body: info };
    reader.proxy.onRequest = (path) => (path === '/info' ? newer : 'pass');
    const said = await failsWith('VERSION_MISMATCH', reader.fetch({ budgetId }));
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
      reader.proxy.onRequest = (path) => (path === '/info' ? answer : 'pass');
      const said = await failsWith('VERSION_MISMATCH', reader.fetch({ budgetId }));
      expect(said).toBe(`This is version ${LIBRARY_VERSION}.`);
    },
  );
});

describe('a budget whose copies no longer agree', () => {
  it('SYNC_DIVERGED: the server counts other changes than it gives', async () => {
    const home = await created();
    changeHistory(
      reader.server,
      home.budgetId,
      `UPDATE messages_merkles SET merkle = '{"hash":7,"1":{"hash":7}}'`,
    );
    for (const request of ways(home)) await failsWith('SYNC_DIVERGED', reader.fetch(request));
  });

  it('CLOCK_DRIFT: a device whose clock is an hour ahead changed it', async () => {
    const home = await created();
    const changes: readonly Change[] = [
      { do: 'open', syncId: home.budgetId },
      { do: 'add', transactions: 1 },
    ];
    await householdDoes(reader.server.url, changes, { aheadMinutes: 60 });
    for (const request of ways(home)) await failsWith('CLOCK_DRIFT', reader.fetch(request));
  });
});

describe('a budget that was reset', () => {
  it('BUDGET_RESET: sync was reset in Actual (file-has-reset, budget-not-found); it names the new id', async () => {
    const home = await created();
    const newId = await byHand(home.budgetId, { do: 'reset' });
    for (const request of ways(home)) {
      const said = await failsWith('BUDGET_RESET', reader.fetch(request));
      expect(said).toBe(`Its Sync ID is now ${newId}.`);
    }
  });

  it('BUDGET_RESET: what the server gives for its new id is none, and is not said', async () => {
    const { budgetId, cloudFileId } = await created();
    const groupId = 'at https://10.0.0.7/secret\u001b[2J of Canary Grocer';
    const file = { deleted: 0, fileId: cloudFileId, groupId, name: 'Home', encryptKeyId: null };
    reader.proxy.onRequest = (path) =>
      path === '/sync/list-user-files'
        ? {
            status: 200,
            type: 'application/json',
            body: JSON.stringify({ status: 'ok', data: [file] }),
          }
        : 'pass';
    const opened = reader.fetch({ budgetId, cloudFileId });
    expect(await failsWith('BUDGET_RESET', opened)).toBe('');
  });

  it('BUDGET_RESET: a password was set in Actual; it names the new id', async () => {
    const home = await created();
    const newId = await byHand(home.budgetId, { do: 'encrypt', password: 'secret garden' });
    for (const request of ways(home)) {
      const said = await failsWith('BUDGET_RESET', reader.fetch(request));
      expect(said).toBe(`Its Sync ID is now ${newId}.`);
    }
  });

  it('ENCRYPTION_KEY_REQUIRED: the file has a new key under the same id (file-has-new-key)', async () => {
    const home = await created();
    const keyId = randomUUID();
    const meta = JSON.stringify({ keyId, algorithm: 'aes-256-gcm', iv: '', authTag: '' });
    column('encrypt_keyid', keyId, home);
    column('encrypt_meta', meta, home);
    for (const request of ways(home)) {
      await failsWith('ENCRYPTION_KEY_REQUIRED', reader.fetch(request));
    }
  });
});

describe('a file that needs attention', () => {
  it('BUDGET_NEEDS_ATTENTION: a reset was begun and not ended (file-needs-upload)', async () => {
    const home = await created();
    await post('/sync/reset-user-file', { fileId: home.cloudFileId });
    for (const request of ways(home)) {
      expect(await failsWith('BUDGET_NEEDS_ATTENTION', reader.fetch(request))).toBe('');
    }
  });

  it('BUDGET_NEEDS_ATTENTION: it is of an old version of sync (file-old-version)', async () => {
    const home = await created();
    column('sync_version', 1, home);
    for (const request of ways(home)) {
      await failsWith('BUDGET_NEEDS_ATTENTION', reader.fetch(request));
    }
  });

  it('BUDGET_NEEDS_ATTENTION: a new key was made and nothing uploaded with it (file-key-mismatch)', async () => {
    const home = await created();
    const key = { fileId: home.cloudFileId, keyId: randomUUID(), keySalt: 'salt', testContent: '' };
    await post('/sync/user-create-key', key);
    await failsWith('BUDGET_NEEDS_ATTENTION', reader.fetch(home));
  });

  it('BUDGET_NEEDS_ATTENTION: the server knows its file no longer (file-not-found)', async () => {
    const home = await created();
    await post('/sync/delete-user-file', { fileId: home.cloudFileId });
    await failsWith('BUDGET_NEEDS_ATTENTION', reader.fetch(home));
  });
});

describe('a budget that is too large', () => {
  it('BUDGET_TOO_LARGE: a budget that was never reset sends more messages than the server takes', async () => {
    const budgetId = await householdDoes(reader.server.url, [{ do: 'create', transactions: 1000 }]);
    await reader.server.stop();
    await reader.server.start({ ACTUAL_UPLOAD_FILE_SYNC_SIZE_LIMIT_MB: '1' });
    await failsWith('BUDGET_TOO_LARGE', reader.fetch({ budgetId }));
    expect((await reader.exchanges()).find(({ outcome }) => outcome === 413)?.path).toBe(
      '/sync/sync',
    );
    await reader.server.stop();
    await reader.server.start();
    await byHand(budgetId, { do: 'reset' });
  });

  it.each([
    ['an HTML page of a proxy', { status: 413, body: '<html>Canary</html>' }],
    ['an answer without a word', { status: 413, body: '', type: 'text/plain' }],
  ])('BUDGET_TOO_LARGE: %s', async (_what, answer) => {
    const home = await created();
    reader.proxy.onRequest = (path) => (path === '/sync/sync' ? answer : 'pass');
    for (const request of ways(home)) await failsWith('BUDGET_TOO_LARGE', reader.fetch(request));
  });
});

describe('a file that cannot be used', () => {
  it('DOWNLOAD_FAILED: the server has lost it, and was asked twice', async () => {
    const { budgetId, cloudFileId } = await created();
    await loseFile(reader.server, cloudFileId);
    const before = reader.proxy.paths.length;
    await failsWith('DOWNLOAD_FAILED', reader.fetch({ budgetId }));
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
    const before = reader.proxy.paths.length;
    await failsWith('BUDGET_CORRUPT', reader.fetch({ budgetId }));
    expect(downloadsSince(before)).toBe(2);
  });

  it.each([404, 200])(
    'DOWNLOAD_FAILED and BUDGET_CORRUPT: a download that fails once (%i) is done again, and all is well',
    async (status) => {
      const home = await created();
      let failing = 1;
      reader.proxy.onRequest = (path) => {
        if (path !== '/sync/download-user-file' || failing === 0) return 'pass';
        failing -= 1;
        return { status, body: 'Canary', type: 'application/octet-stream' };
      };
      const fetched = await reader.fetch({ budgetId: home.budgetId });
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
    const asked = reader.proxy.paths.slice(before);
    return asked.filter((path) => path === '/sync/download-user-file').length;
  }
});
