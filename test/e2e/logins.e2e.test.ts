import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { type ActualServer, PASSWORD, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { expireSessions } from '../actual/server-files.ts';
import { uploadFile } from '../actual/upload.ts';
import { synthesized } from './assemblies.ts';
import { type Installation, install } from './installation.ts';

/** Fifty budgets, and a job for each of them at once: how often does the product log in? */

const BUDGETS = 50;

let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let budgets: readonly string[];

beforeAll(async () => {
  const [assembly, started] = await Promise.all([synthesized(), startActualServer()]);
  server = started;
  await householdDoes(server.url, [{ do: 'create', transactions: 3 }]);
  budgets = await copiesOfTheBudget();
  proxy = await proxyTo(server.url);
  product = await install({ assembly, serverUrl: proxy.url });
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

async function copiesOfTheBudget(): Promise<readonly string[]> {
  const folder = join(server.dataDir, 'user-files');
  const blob = (await readdir(folder)).find((name) => name.endsWith('.blob')) ?? '';
  const content = await readFile(join(folder, blob));
  const token = await logIn();
  const ids = Array.from({ length: BUDGETS }, () => randomUUID());
  return Promise.all(ids.map((id) => uploadFile(server.url, token, { id, content })));
}

/** Not through the proxy, which counts the product's. */
async function logIn(): Promise<string> {
  const answer = await fetch(`${server.url}/account/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ loginMethod: 'password', password: PASSWORD }),
  });
  return z.object({ data: z.object({ token: z.string() }) }).parse(await answer.json()).data.token;
}

/** @returns how many logins a job for each budget took. */
async function syncAll(): Promise<number> {
  const from = proxy.paths.length;
  const jobs = await Promise.all(budgets.map((budget) => product.run('budget_sync', budget)));
  expect(jobs.map(({ job }) => job.failureReason ?? job.status)).toEqual(
    Array(BUDGETS).fill('succeeded'),
  );
  return proxy.paths.slice(from).filter((path) => path === '/account/login').length;
}

it('once; not again while the token is good; once more when it has expired', async () => {
  expect(await syncAll()).toBe(1);
  expect(await syncAll()).toBe(0);
  expireSessions(server);
  expect(await syncAll()).toBe(1);
});
