import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { writePasswords } from './household.ts';
import { exited, processesOf, START } from './starting.ts';

/** `npm start` that is told to end while a function of its first job waits for the Actual server. */

let folder: string;
let server: ActualServer;
let proxy: MishapProxy;
let budget: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interrupted-'));
  await writePasswords(folder);
  server = await startActualServer();
  proxy = await proxyTo(server.url);
  budget = await householdDoes(server.url, [{ do: 'create', transactions: 20 }, { do: 'reset' }]);
});

afterAll(async () => {
  await proxy?.close();
  await server?.remove();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

it.each([
  [[], 0],
  [['--once'], 1],
])('ends in good order in the middle of a job, with %j and the code %i', async (args, code) => {
  const data = join(folder, `data${args.join('')}`);
  const waiting = new Promise<void>((resolve) => {
    proxy.onRequest = (path) => {
      if (path !== '/sync/download-user-file') return 'pass';
      resolve();
      return 'silence';
    };
  });
  const options = ['--server', proxy.url, '--budget', budget, '--data', data, '--port', '0'];
  const password = ['--password-file', join(folder, 'password')];
  const child = spawn(process.execPath, [START, ...args, ...options, ...password]);
  const complaints = text(child.stderr);
  const end = exited(child);
  const early = end.then(() => 'ended before its job began');
  expect(await Promise.race([waiting, early])).toBeUndefined();
  child.kill('SIGINT');
  expect([await end, await complaints]).toEqual([code, '']);
  expect(await processesOf(data)).toBe('');
});
