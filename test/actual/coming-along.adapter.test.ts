import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { startActualServer } from '../../local/actual/server.ts';

/** The Actual server that comes along with the demo. */

it('starts after a first start that was cut off between the change of its database and the note of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cut-off-'));
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
    await rm(folder, { recursive: true });
  }
});
