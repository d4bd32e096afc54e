import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where this process unpacks budgets; each process has its own. */
const PREFIX = 'actual-jobs-';

/**
 * The process's data directory, emptied. What processes that were killed left behind goes too: it is somebody's
 * budget.
 */
export async function emptyDataFolder(): Promise<string> {
  const root = tmpdir();
  const names = await readdir(root);
  const left = names.filter((name) => name.startsWith(PREFIX) && !isAnothers(name));
  await Promise.all(left.map((name) => rm(join(root, name), { recursive: true, force: true })));
  const folder = ownFolder();
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

/** Removes the data directory and all that is in it. */
export async function removeDataFolder(): Promise<void> {
  await rm(ownFolder(), { recursive: true, force: true });
}

function ownFolder(): string {
  return join(tmpdir(), `${PREFIX}${process.pid}`);
}

/** True for the folder of another process that is alive. */
function isAnothers(name: string): boolean {
  const digits = name.slice(PREFIX.length);
  if (!/^\d+$/.test(digits)) return true;
  const pid = Number(digits);
  return pid !== process.pid && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
