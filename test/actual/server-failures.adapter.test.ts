import { once } from 'node:events';
import { createServer } from 'node:https';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BudgetRequest } from '../../functions/actual/opening.ts';
import type { FetchedBudget } from '../../functions/actual/reading.ts';
import { makeAuthority } from './certificates.ts';
import { failsWith } from './failing.ts';
import { householdDoes } from './household.ts';
import { MemorySession } from './memory-ports.ts';
import { type Mishap, proxyTo } from './proxy.ts';
import { type FetchOptions, type Reader, shareReader, startReader } from './reader.ts';
import { useUpRequests } from './server-api.ts';
import { changeAccounts } from './server-files.ts';

/** Failures of the server, of the session with it, and of the way to it. */

const authority = makeAuthority('A household');
let reader: Reader;
let home: string;
let first: FetchedBudget;

beforeAll(async () => {
  reader = await startReader();
  home = await householdDoes(reader.server.url, [{ do: 'create', transactions: 30 }]);
  first = await fetchHome();
});

shareReader(() => reader);

const fetchHome = (request: Partial<BudgetRequest> = {}, options?: FetchOptions) =>
  reader.fetch({ budgetId: home, ...request }, options);

/** What the proxy does at one path; all others pass. */
function at(path: string, mishap: Mishap): void {
  reader.proxy.onRequest = (asked) => (asked === path ? mishap : 'pass');
}

/** The requests of a call, without the method. */
async function pathsDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = reader.proxy.paths.length;
  await work();
  return reader.proxy.paths.slice(before);
}

const loginsIn = (paths: readonly string[]) =>
  paths.filter((path) => path === '/account/login').length;

const TOKEN_NOT_FOUND = {
  status: 401,
  type: 'application/json',
  body: '{"status":"error","reason":"unauthorized","details":"token-not-found"}',
} as const;

describe('the session', () => {
  it.each([
    ['a full download', () => undefined],
    ['a warm start', () => first.archive],
  ])(
    'SESSION_EXPIRED: a token that has expired is renewed with one login in %s',
    async (_what, archive) => {
      changeAccounts(reader.server, 'UPDATE sessions SET expires_at = 1');
      const asked = await pathsDuring(() => fetchHome({ archive: archive() }));
      expect(loginsIn(asked)).toBe(1);
      changeAccounts(reader.server, 'UPDATE sessions SET expires_at = -1');
    },
  );

  it.each([
    ['/sync/list-user-files', undefined],
    ['/sync/sync', () => first.archive],
  ])(
    'SESSION_EXPIRED: a server that refuses every token at %s is asked for one more',
    async (path, archive) => {
      at(path, TOKEN_NOT_FOUND);
      const asked = await pathsDuring(() =>
        failsWith('SESSION_EXPIRED', fetchHome({ archive: archive?.() })),
      );
      expect(loginsIn(asked)).toBe(1);
    },
  );
});

describe('a server that is asked too much', () => {
  it('SERVER_THROTTLED: the server answers 500 requests in a minute and no more', async () => {
    // Its minutes go by from the first request: one that began with an earlier test may be over any moment.
    await reader.server.stop();
    await reader.server.start();
    await useUpRequests(reader.server.url);
    await failsWith('SERVER_THROTTLED', fetchHome());
    await failsWith('SERVER_THROTTLED', fetchHome({ archive: first.archive }));
    await reader.server.stop();
    await reader.server.start();
    await expect(fetchHome()).resolves.toBeDefined();
  });

  it.each(['/sync/list-user-files', '/sync/download-user-file', '/sync/sync'])(
    'SERVER_THROTTLED: a proxy answers 429 at %s',
    async (path) => {
      at(path, { status: 429, body: '<html>Canary</html>' });
      await failsWith('SERVER_THROTTLED', fetchHome());
    },
  );
});

describe('a server that cannot be reached', () => {
  const EVERYWHERE = [
    '/account/login',
    '/sync/list-user-files',
    '/sync/download-user-file',
    '/sync/get-user-file-info',
    '/sync/sync',
  ];
  const fresh = () => ({ session: new MemorySession() });

  it.each(EVERYWHERE)('SERVER_UNREACHABLE: the connection breaks at %s', async (path) => {
    at(path, 'cut');
    await failsWith('SERVER_UNREACHABLE', fetchHome({}, fresh()));
  });

  it.each(EVERYWHERE)('SERVER_UNREACHABLE: a proxy answers 502 at %s', async (path) => {
    at(path, { status: 502, body: '<html>Canary</html>' });
    await failsWith('SERVER_UNREACHABLE', fetchHome({}, fresh()));
  });

  it.each(EVERYWHERE)(
    'SERVER_UNREACHABLE: the server itself fails with 500 at %s',
    async (path) => {
      at(path, {
        status: 500,
        type: 'application/json',
        body: '{"status":"error","reason":"internal-error"}',
      });
      await failsWith('SERVER_UNREACHABLE', fetchHome({}, fresh()));
    },
  );

  it.each(EVERYWHERE)("SERVER_UNREACHABLE: somebody else's page comes from %s", async (path) => {
    at(path, { status: 200, body: '<html>Canary: please sign in</html>' });
    await failsWith('SERVER_UNREACHABLE', fetchHome({}, fresh()));
  });

  it.each(['/sync/download-user-file', '/sync/sync'])(
    'SERVER_UNREACHABLE: a gateway says in JSON that it is busy, with the status 200, at %s',
    async (path) => {
      at(path, { status: 200, type: 'application/json', body: '{"message":"Canary"}' });
      await failsWith('SERVER_UNREACHABLE', fetchHome());
    },
  );

  it.each(EVERYWHERE)(
    'SERVER_UNREACHABLE: %s redirects to another address, which gets neither password nor token',
    async (path) => {
      const elsewhere = await proxyTo(reader.server.url);
      at(path, { status: 308, body: '', location: `${elsewhere.url}${path}` });
      const said = await failsWith('SERVER_UNREACHABLE', fetchHome({}, fresh()));
      expect(said).toContain('another address');
      expect(elsewhere.paths).toEqual([]);
      await elsewhere.close();
    },
  );

  it.each([401, 403, 404])(
    'SERVER_UNREACHABLE: a proxy answers %s on the way to the server',
    async (status) => {
      const page = { status, body: '<html>Canary</html>' };
      reader.proxy.onRequest = () => page;
      await failsWith('SERVER_UNREACHABLE', fetchHome({ archive: first.archive }));
      await failsWith('SERVER_UNREACHABLE', fetchHome());
      await failsWith('SERVER_UNREACHABLE', fetchHome({}, fresh()));
    },
  );

  it.each([204, 406])(
    'SERVER_UNREACHABLE: a proxy answers %s to what is sent to it in binary',
    async (status) => {
      at('/sync/sync', { status, body: '' });
      await failsWith('SERVER_UNREACHABLE', fetchHome());
    },
  );

  it.each([
    ['a page to log in on at /account/login', '/account/login', 200],
    ['401 at /account/login', '/account/login', 401],
    ['403 at /account/login', '/account/login', 403],
    ['403 at /sync/sync', '/sync/sync', 403],
    ['406 at /sync/sync', '/sync/sync', 406],
    ['a page that redirects to another at /account/login', '/account/login', 302],
  ])(
    'SERVER_UNREACHABLE: what stands before it lets nobody through by %s, and is told as the one to change that',
    async (_what, path, status) => {
      at(path, { status, body: '<html>Canary: please sign in</html>' });
      const said = await failsWith('SERVER_UNREACHABLE', fetchHome({}, fresh()));
      expect(said).toContain('if it is a page to log in on, ');
    },
  );

  it.each(EVERYWHERE)('SERVER_UNREACHABLE: there is no answer at %s', async (path) => {
    at(path, 'silence');
    await failsWith('SERVER_UNREACHABLE', fetchHome({}, { ...fresh(), patience: 300 }));
  });

  it('SERVER_UNREACHABLE: the address is that of something else', async () => {
    const settings = { serverUrl: `${reader.proxy.url}/elsewhere` };
    await failsWith('SERVER_UNREACHABLE', fetchHome({}, { ...fresh(), settings }));
  });

  it.each([
    ['is from an authority that nobody knows', undefined, ['127.0.0.1'], undefined],
    ['is for another address', authority.certificate, ['127.0.0.2'], undefined],
    ['has run out', authority.certificate, ['127.0.0.1'], { from: new Date(0), to: new Date(1) }],
  ])(
    'SERVER_UNREACHABLE: its certificate %s',
    async (_what, certificateAuthority, addresses, validity) => {
      const { key, certificate: cert } = authority.issue(addresses, validity);
      const secure = createServer({ key, cert }).listen(0, '127.0.0.1');
      await once(secure, 'listening');
      const address = secure.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const serverUrl = `https://127.0.0.1:${port}`;
      const settings = {
        serverUrl,
        ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
      };
      for (const options of [{ settings }, { ...fresh(), settings }]) {
        const said = await failsWith('SERVER_UNREACHABLE', fetchHome({}, options));
        expect(said).toContain('certificate could not be verified');
      }
      secure.close();
    },
  );

  it('SERVER_UNREACHABLE: the server is stopped; afterwards all goes well again', async () => {
    await reader.server.stop();
    for (const archive of [first.archive, undefined]) {
      await failsWith('SERVER_UNREACHABLE', fetchHome({ archive }));
      await failsWith('SERVER_UNREACHABLE', fetchHome({ archive }, fresh()));
      const settings = { serverUrl: reader.server.url };
      await failsWith('SERVER_UNREACHABLE', fetchHome({ archive }, { settings }));
    }
    await reader.server.start();
    await expect(fetchHome({ archive: first.archive })).resolves.toBeDefined();
  });
});

it('UNKNOWN: the server answers what it never should, and nothing of it is told', async () => {
  at('/sync/sync', { status: 418, body: 'Canary Grocer' });
  await failsWith('UNKNOWN', fetchHome());
});
