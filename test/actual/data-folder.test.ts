import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { emptyDataFolder, removeDataFolder } from '../../functions/actual/data-folder.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'data-folder-'));
  vi.stubEnv('TMPDIR', root);
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

async function leave(name: string): Promise<void> {
  await mkdir(join(root, name));
  await writeFile(join(root, name, 'db.sqlite'), 'a budget');
}

it('is empty, whatever this process left in it', async () => {
  await leave(`actual-jobs-${process.pid}`);
  const folder = await emptyDataFolder();
  expect(await readdir(folder)).toEqual([]);
  await removeDataFolder();
  expect(await readdir(root)).toEqual([]);
});

it('is for nobody else to look into', async () => {
  const { mode } = await stat(await emptyDataFolder());
  expect(mode & 0o777).toBe(0o700);
});

it('takes away what killed processes left, and nothing of those alive or of others', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await leave(`actual-jobs-${child.pid}`);
  await leave(`actual-jobs-${process.ppid}`);
  await leave('actual-jobs-notes');
  await leave('something-else');
  await leave(`another-app-${child.pid}`);
  await emptyDataFolder();
  expect((await readdir(root)).toSorted()).toEqual(
    [
      `actual-jobs-${process.pid}`,
      `actual-jobs-${process.ppid}`,
      'actual-jobs-notes',
      'something-else',
      `another-app-${child.pid}`,
    ].toSorted(),
  );
});

it("takes away nothing of a process that is somebody else's", async () => {
  const refused = Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  vi.spyOn(process, 'kill').mockImplementation(() => {
    throw refused;
  });
  await leave('actual-jobs-1');
  await emptyDataFolder();
  expect(await readdir(root)).toContain('actual-jobs-1');
});
