import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where this process unpacks budgets; each process has its own. */
const PREFIX = 'actual-jobs-';

/**
 * The process's data directory, emptied. What processes that were killed left behind goes too, where it may: it is
 * somebody's budget.
 */
export async function emptyDataFolder(): Promise<string> {
  const left = (await readdir(tmpdir())).filter(isOfDeadProcess);
  await Promise.all(left.map((name) => removeFolder(name).catch(() => undefined)));
  await removeDataFolder();
  const folder = join(tmpdir(), ownName());
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

/** Removes the data directory and all that is in it. */
export async function removeDataFolder(): Promise<void> {
  await removeFolder(ownName());
}

async function removeFolder(name: string): Promise<void> {
  await rm(join(tmpdir(), name), { recursive: true, force: true });
}

function ownName(): string {
  return `${PREFIX}${process.pid}`;
}

function isOfDeadProcess(name: string): boolean {
  const pid = name.slice(PREFIX.length);
  return name.startsWith(PREFIX) && /^\d+$/.test(pid) && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
