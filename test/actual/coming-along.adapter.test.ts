import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startActualServer } from '../../local/actual/server.ts';
import { freePort } from '../../local/runtime/services/free-port.ts';
import { listenOnLoopback } from '../../local/runtime/services/loopback.ts';

/** The Actual server that comes along with the demo. */

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coming-along-'));
});

afterEach(() => rm(folder, { recursive: true }));

it('starts after a first start that was cut off between the change of its database and the note of it', async () => {
  await mkdir(join(folder, 'server-files'));
  const database = new DatabaseSync(join(folder, 'server-files/account.sqlite'));
  database.exec('CREATE TABLE pending_openid_requests (state TEXT PRIMARY KEY)');
  database.close();
  await writeFile(join(folder, '.migrate'), '');
  const server = await startActualServer(folder);
  try {
    expect((await fetch(`${server.url}/account/needs-bootstrap`)).status).toBe(200);
  } finally {
    await server.close();
  }
});

it.each<[string, RequestListener]>([
  ['answers', (_, answer) => answer.writeHead(404).end()],
  ['says nothing', () => undefined],
])('takes another port where somebody was quicker to take it, who %s', async (_how, listener) => {
  const quicker = await listenOnLoopback(createServer(listener));
  const ports = [Number(new URL(quicker.url).port), await freePort()];
  const server = await startActualServer(folder, async () => ports.shift() ?? freePort());
  try {
    expect(server.url).not.toBe(quicker.url);
    expect((await fetch(`${server.url}/account/needs-bootstrap`)).status).toBe(200);
  } finally {
    await server.close();
    await quicker.close();
  }
});

it('keeps the budgets of a folder that was put back without its password', async () => {
  await mkdir(join(folder, 'user-files'));
  await writeFile(join(folder, 'user-files/file-1.blob'), 'a budget');
  const server = await startActualServer(folder);
  await server.close();
  expect(await readdir(join(folder, 'user-files'))).toEqual(['file-1.blob']);
});

it('says of a password that is gone that it is, and makes no other, which its server would refuse', async () => {
  const file = join(folder, 'password');
  await (await startActualServer(folder)).close();
  const password = await readFile(file, 'utf8');
  await mkdir(join(folder, 'user-files'), { recursive: true });
  await writeFile(join(folder, 'user-files/file-1.blob'), 'a budget');
  await rm(file);
  await expect(startActualServer(folder)).rejects.toThrow(`put ${file} back from a backup`);
  await writeFile(file, password);
  const server = await startActualServer(folder);
  await server.close();
  expect(server.password).toBe(password);
});
