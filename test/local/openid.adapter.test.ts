import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActualAccount } from '../../local/start/actual-account.ts';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { changeAccounts } from '../actual/server-files.ts';

/** Servers that show people no field for a password, and what a start makes of them. */

let server: ActualServer;

beforeAll(async () => {
  server = await startActualServer();
  changeAccounts(server, 'UPDATE auth SET active = 0');
  changeAccounts(server, `INSERT INTO auth (method, active) VALUES ('openid', 1)`);
  await server.stop();
  await server.start({ ACTUAL_OPENID_ENFORCE: 'true' });
});
afterAll(() => server.remove());

describe('a start at a server that has people log in by OpenID', () => {
  it('logs in by the password that the server still has, though it says that it takes none', async () => {
    const account = new ActualAccount(server.url);
    await account.probe();
    expect(await account.logIn('wrong')).toBeUndefined();
    expect(await account.budgets((await account.logIn(PASSWORD)) ?? '')).toEqual([]);
  });

  it('says so where the server has no password any more', async () => {
    changeAccounts(server, `DELETE FROM auth WHERE method = 'password'`);
    const login = new ActualAccount(server.url).logIn(PASSWORD);
    await expect(login).rejects.toThrow('allow logins by password there');
  });
});
