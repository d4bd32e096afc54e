import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Device, householdDoes } from './household.ts';
import type { Change } from './household-changes.ts';

/** A copy of a budget on the same server, under a sync id of its own, with the same transactions. */
export function twinOf(serverUrl: string, syncId: string): Promise<string> {
  return householdDoes(serverUrl, [{ do: 'open', syncId }, { do: 'duplicate' }]);
}

/** Changes a budget as a person does, on a device of its own. */
export function changeByHand(
  serverUrl: string,
  syncId: string,
  changes: readonly Change[],
  device?: Device,
): Promise<string> {
  return householdDoes(serverUrl, [{ do: 'open', syncId }, ...changes], device);
}

/** What a person sees of a budget who downloads it for the first time: equal for equal budgets. */
export async function asDownloaded(
  serverUrl: string,
  syncId: string,
  password?: string,
): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'downloaded-'));
  try {
    const file = join(folder, 'budget.json');
    await householdDoes(serverUrl, [
      { do: 'open', syncId, ...(password === undefined ? {} : { password }) },
      { do: 'write-down', file },
    ]);
    return JSON.parse(await readFile(file, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
