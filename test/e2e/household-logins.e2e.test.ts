import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { writePasswords } from './household.ts';
import { start } from './starting.ts';

/** How often `npm start` shows a password to the Actual server, and from where it takes none. */

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('logins', () => {
  let folder: string;
  let server: ActualServer;
  let proxy: MishapProxy;

  const inFolder = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logins-'));
    await writePasswords(folder);
    server = await startActualServer();
    proxy = await proxyTo(server.url);
  });

  afterAll(async () => {
    await proxy?.close();
    await server?.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it('are one for all starts and jobs, and none for a password that was refused', async () => {
    const budget = await householdDoes(server.url, [
      { do: 'create', transactions: 20 },
      { do: 'reset' },
    ]);
    const run = (...more: readonly string[]) =>
      start(
        ...['--server', proxy.url, '--budget', budget, '--data', inFolder('logins'), '--once'],
        ...['--port', '0', ...more],
      );
    const logins = () => proxy.paths.filter((path) => path.endsWith('/account/login')).length;
    const wrong = ['--password-file', inFolder('wrong-password')];
    expect((await run(...wrong)).code).toBe(1);
    expect((await run(...wrong)).code).toBe(1);
    expect(logins()).toBe(1);
    expect((await run('--password-file', inFolder('password'))).code).toBe(0);
    expect((await run()).code).toBe(0);
    expect((await run('--password-file', inFolder('password'))).code).toBe(0);
    expect(logins()).toBe(2);
  });

  it('take no password from a file that others can read', async () => {
    await writeFile(inFolder('open'), PASSWORD);
    await chmod(inFolder('open'), 0o640);
    const args = ['--server', proxy.url, '--budget', UNKNOWN, '--data', inFolder('open-data')];
    const { stderr } = await start(...args, '--password-file', inFolder('open'));
    expect(stderr).toBe(
      `--password-file: others may read ${inFolder('open')}; make it yours with chmod 600.\n`,
    );
  });
});
