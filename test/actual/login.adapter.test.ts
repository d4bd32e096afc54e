import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from './actual-server.ts';
import { failsWith } from './failing.ts';
import { householdDoes } from './household.ts';
import { MemorySession } from './memory-ports.ts';
import { type FetchOptions, type Reader, startReader } from './reader.ts';
import { order, useUpLogins } from './server-api.ts';
import { changeAccounts } from './server-files.ts';

/** Logins that a real server refuses. */

let reader: Reader;
let home: string;

beforeAll(async () => {
  reader = await startReader();
  home = await householdDoes(reader.server.url, [{ do: 'create', transactions: 3 }]);
});

afterEach(() => {
  expect(reader.left).not.toHaveBeenCalled();
});

afterAll(async () => {
  await reader.remove();
});

const fetchHome = (options: FetchOptions) => reader.fetch({ budgetId: home }, options);

describe('a login', () => {
  it('AUTH_FAILED: a wrong password is tried once', async () => {
    const locked = new MemorySession();
    const options = { session: locked, settings: { password: 'wrong' } };
    await failsWith('AUTH_FAILED', fetchHome(options));
    const asked = reader.proxy.paths.length;
    await failsWith('AUTH_FAILED', fetchHome(options));
    expect(reader.proxy.paths).toHaveLength(asked);

    const corrected = { session: locked, settings: { secretVersion: 'version-2' } };
    await expect(fetchHome(corrected)).resolves.toBeDefined();
  });

  it('AUTH_FAILED: the server has no password yet; once it has the right one, all is well', async () => {
    const fresh = { session: new MemorySession() };
    changeAccounts(reader.server, 'DELETE FROM auth');
    const said = await failsWith('AUTH_FAILED', fetchHome(fresh));
    expect(said).toContain('has no password yet');
    await order(reader.server.url, '', '/account/bootstrap', { password: PASSWORD });
    await expect(fetchHome(fresh)).resolves.toBeDefined();
  });

  it('AUTH_FAILED: the server lets nobody in but by OpenID; once it does, all is well', async () => {
    const fresh = { session: new MemorySession() };
    changeAccounts(reader.server, `UPDATE auth SET method = 'openid'`);
    const said = await failsWith('AUTH_FAILED', fetchHome(fresh));
    expect(said).toContain('OpenID');
    changeAccounts(reader.server, `UPDATE auth SET method = 'password'`);
    await expect(fetchHome(fresh)).resolves.toBeDefined();
  });

  it('by password gets the budgets of everybody, and is done once more when OpenID is turned on', async () => {
    const kept = { session: new MemorySession() };
    await fetchHome(kept);
    changeAccounts(reader.server, `INSERT INTO users (id, user_name) VALUES ('anna', 'anna')`);
    changeAccounts(reader.server, `UPDATE files SET owner = 'anna'`);
    await expect(fetchHome(kept)).resolves.toBeDefined();
    expect(kept.session.writes).toBe(1);

    changeAccounts(reader.server, `UPDATE auth SET active = 0`);
    changeAccounts(reader.server, `INSERT INTO auth (method, active) VALUES ('openid', 1)`);
    changeAccounts(reader.server, 'DELETE FROM sessions');
    await expect(fetchHome(kept)).resolves.toBeDefined();
    await expect(fetchHome(kept)).resolves.toBeDefined();
    expect(kept.session.writes).toBe(2);
    changeAccounts(reader.server, `DELETE FROM auth WHERE method = 'openid'`);
    changeAccounts(reader.server, `UPDATE auth SET active = 1`);
  });

  it('LOGIN_THROTTLED: the server lets nobody in for 15 minutes after five wrong passwords', async () => {
    await useUpLogins(reader.server.url);
    const fresh = { session: new MemorySession() };
    await failsWith('LOGIN_THROTTLED', fetchHome(fresh));
    expect(fresh.session.refused).toBeUndefined();
    await reader.server.stop();
    await reader.server.start();
    await expect(fetchHome(fresh)).resolves.toBeDefined();
  });
});
