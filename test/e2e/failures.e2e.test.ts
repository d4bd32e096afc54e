import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FailureCode, sentenceOf } from '../../functions/domain/failures.ts';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { withDatabase } from '../actual/archives.ts';
import { householdDoes } from '../actual/household.ts';
import { sendMessage } from '../actual/messages.ts';
import { type Mishap, type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { cloudFileOf, logIn, useUpLogins } from '../actual/server-api.ts';
import { alterFile, changeAccounts, loseFile } from '../actual/server-files.ts';
import { synthesized } from './assemblies.ts';
import { type Budget, broken, expectFailed } from './broken-budgets.ts';
import { type Installation, install } from './installation.ts';

/** What a user is told when something breaks, and that the next job runs all the same. */

let assembly: string;
let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let home: string;

beforeAll(async () => {
  [assembly, server] = await Promise.all([synthesized(), startActualServer()]);
  proxy = await proxyTo(server.url);
  home = await householdDoes(server.url, [{ do: 'create', transactions: 30 }, { do: 'reset' }]);
  product = await install({ assembly, serverUrl: proxy.url });
});

beforeEach(() => {
  proxy.onRequest = () => 'pass';
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

async function expectNextRuns(): Promise<void> {
  proxy.onRequest = () => 'pass';
  expect((await product.run('budget_sync', home)).job.status).toBe('succeeded');
}

const syncHome = () => product.run('sync_and_suggest', home, { fullResync: true });
const requests = (path: string) => proxy.paths.filter((asked) => asked === path).length;

describe('the server', () => {
  it('SERVER_UNREACHABLE: it is down; the next job runs once it is up', async () => {
    await server.stop();
    expectFailed(await syncHome(), 'SERVER_UNREACHABLE');
    await server.start();
    await expectNextRuns();
  });

  it('SERVER_UNREACHABLE: it comes back while the job tries again', async () => {
    let refused = 0;
    proxy.onRequest = () => {
      refused += 1;
      return refused <= 1 ? { status: 502, body: 'bad gateway' } : 'pass';
    };
    expect((await syncHome()).job.status).toBe('succeeded');
    expect(refused).toBeGreaterThan(1);
  });

  it.each<readonly [FailureCode, string, Mishap, string]>([
    ['SERVER_UNREACHABLE', 'goes down in the middle of the sync', 'cut', ''],
    [
      'SERVER_UNREACHABLE',
      'is behind a page that asks to sign in',
      { status: 200, body: '<html>' },
      'Something else answered in its place: if it is a page to log in on, or a firewall, have that let the jobs through.',
    ],
    ['SERVER_THROTTLED', 'has too much to do', { status: 429, body: '<html>' }, ''],
  ])(
    'SERVER_UNREACHABLE and SERVER_THROTTLED: all tries are used up (%s: it %s)',
    async (code, _what, mishap, detail) => {
      proxy.onRequest = (path) => (path === '/sync/sync' ? mishap : 'pass');
      const before = requests('/sync/sync');
      expectFailed(await syncHome(), code, detail);
      expect(requests('/sync/sync') - before).toBe(3);
      await expectNextRuns();
    },
  );

  it('UNKNOWN: it answers what it never should, twice; an id leads to it in the logs', async () => {
    proxy.onRequest = (path) =>
      path === '/sync/sync' ? { status: 418, body: 'Canary Grocer' } : 'pass';
    const before = requests('/sync/sync');
    const ended = await syncHome();
    const [detail = '', id = ''] =
      /In the logs it is found under (\S+)\./.exec(String(ended.job.failureReason)) ?? [];
    expectFailed(ended, 'UNKNOWN', detail);
    expect(requests('/sync/sync') - before).toBe(2);
    const logs = await product.logs();
    expect(
      logs
        .split('\n')
        .filter((line) => line.includes(id))
        .join(),
    ).toContain('"error":{');
    expect(logs).not.toContain('Canary');
    await expectNextRuns();
  });

  it('BUDGET_TOO_LARGE: it answers 413 with a page, once', async () => {
    proxy.onRequest = (path) =>
      path === '/sync/sync' ? { status: 413, body: '<html>Canary</html>' } : 'pass';
    const before = requests('/sync/sync');
    expectFailed(await syncHome(), 'BUDGET_TOO_LARGE');
    expect(requests('/sync/sync') - before).toBe(1);
    await expectNextRuns();
  });
});

describe('the session', () => {
  it('AUTH_FAILED: a wrong password is tried once, by all jobs together', async () => {
    const wrong = await install({ assembly, serverUrl: proxy.url, password: 'not-the-password' });
    try {
      const before = requests('/account/login');
      expectFailed(await wrong.run('sync_and_suggest', home), 'AUTH_FAILED');
      expectFailed(await wrong.run('sync_and_suggest', home), 'AUTH_FAILED');
      expect(requests('/account/login') - before).toBe(1);
    } finally {
      await wrong.close();
    }
  });

  it('SECRET_INVALID: there is no password in the secret', async () => {
    const empty = await install({ assembly, serverUrl: proxy.url, password: '' });
    try {
      const ended = await empty.run('sync_and_suggest', home);
      expectFailed(ended, 'SECRET_INVALID', 'Look at: password.');
    } finally {
      await empty.close();
    }
  });

  it('SESSION_EXPIRED: the server refuses every token; one more login is tried', async () => {
    await expectNextRuns();
    const refused = {
      status: 401,
      type: 'application/json',
      body: '{"status":"error","reason":"unauthorized","details":"token-not-found"}',
    };
    proxy.onRequest = (path) => (path.startsWith('/sync') ? refused : 'pass');
    const before = requests('/account/login');
    expectFailed(await syncHome(), 'SESSION_EXPIRED');
    expect(requests('/account/login') - before).toBe(1);
    await expectNextRuns();
  });

  it('LOGIN_THROTTLED: the session ended, and others have used up all logins', async () => {
    await expectNextRuns();
    changeAccounts(server, 'DELETE FROM sessions');
    await useUpLogins(server.url);
    expectFailed(await syncHome(), 'LOGIN_THROTTLED');
    await server.stop();
    await server.start();
    await expectNextRuns();
  });
});

describe('a budget', () => {
  const LIBRARY = /The server has version (\S+), this is version \1\./;

  async function budget(known: boolean): Promise<Budget> {
    const syncId = await householdDoes(server.url, [{ do: 'create', transactions: 3 }]);
    if (known) expect((await product.run('budget_sync', syncId)).job.status).toBe('succeeded');
    const token = await logIn(server.url);
    return { token, syncId, cloudFileId: await cloudFileOf(server.url, token, syncId) };
  }

  it('BUDGET_NOT_FOUND: the server has none with this id', async () => {
    const ended = await product.run('sync_and_suggest', '0190b1d4-0000-7000-8000-00000000dead');
    expectFailed(ended, 'BUDGET_NOT_FOUND');
  });

  it('SUGGESTION_NOT_FOUND: proposals are asked for anew that are gone', async () => {
    const { syncId } = await budget(true);
    const suggestionId = 'gone.1';
    const { job } = await product.run('suggestions_retry_payee', syncId, { suggestionId });
    expect(job).toMatchObject({
      failureCode: 'SUGGESTION_NOT_FOUND',
      failureReason: sentenceOf('SUGGESTION_NOT_FOUND'),
      failureRetryable: false,
    });
  });

  it('BUDGET_RESET: sync was reset in Actual; the job names the new id', async () => {
    const { syncId } = await budget(true);
    const newId = await householdDoes(server.url, [{ do: 'open', syncId }, { do: 'reset' }]);
    for (const fullResync of [false, true]) {
      const ended = await product.run('sync_and_suggest', syncId, { fullResync });
      expectFailed(ended, 'BUDGET_RESET', `Its Sync ID is now ${newId}.`);
    }
  });

  it('VERSION_MISMATCH: a newer Actual has migrated it; the job says both versions', async () => {
    const { syncId, cloudFileId } = await budget(false);
    await alterFile(server, cloudFileId, async (content) => {
      const insert = 'INSERT INTO __migrations__ (id) VALUES (9999999999999)';
      return (await withDatabase(content, (db) => db.exec(insert))).archive;
    });
    const { job, steps } = await product.run('sync_and_suggest', syncId);
    const [detail = ''] = LIBRARY.exec(String(job.failureReason)) ?? [];
    expect(detail).not.toBe('');
    expectFailed({ job, steps }, 'VERSION_MISMATCH', detail);
  });

  it.each(broken(() => server))(
    'ENCRYPTION_KEY_REQUIRED, SYNC_DIVERGED, CLOCK_DRIFT and BUDGET_NEEDS_ATTENTION: with a snapshot and without (%s: it %s)',
    async (code, _what, breakIt) => {
      const known = await budget(true);
      await breakIt(known);
      for (const fullResync of [false, true]) {
        expectFailed(await product.run('sync_and_suggest', known.syncId, { fullResync }), code);
      }
      await expectNextRuns();
    },
  );

  it.each<readonly [FailureCode, string, (budget: Budget) => Promise<void>]>([
    ['DOWNLOAD_FAILED', 'is lost', ({ cloudFileId }) => loseFile(server, cloudFileId)],
    [
      'BUDGET_CORRUPT',
      'is cut off',
      ({ cloudFileId }) =>
        alterFile(server, cloudFileId, async (content) => content.subarray(0, 5000)),
    ],
  ])(
    'DOWNLOAD_FAILED and BUDGET_CORRUPT: its file is asked for twice (%s: it %s)',
    async (code, _what, breakIt) => {
      const known = await budget(false);
      await breakIt(known);
      const before = requests('/sync/download-user-file');
      expectFailed(await product.run('sync_and_suggest', known.syncId), code);
      expect(requests('/sync/download-user-file') - before).toBe(2);
      await expectNextRuns();
    },
  );

  it('VERSION_MISMATCH: another device changed a column that is not known here', async () => {
    const { token, ...file } = await budget(true);
    const change = { table: 'payees', row: file.cloudFileId, column: 'mood', value: 'S:good' };
    await sendMessage(server.url, token, file, change);
    const { job } = await product.run('sync_and_suggest', file.syncId);
    expect(job).toMatchObject({ failureCode: 'VERSION_MISMATCH' });
    expect(job.failureReason).toMatch(LIBRARY);
  });
});
