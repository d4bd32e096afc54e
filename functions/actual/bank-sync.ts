import type { BankRefusal, BankSyncReport } from '../domain/bank-refusals.ts';
import type { Library } from './library.ts';
import { sendAll } from './sending.ts';

type BankLibrary = Pick<Library, 'linkedAccounts' | 'syncBank' | 'sync'>;

/** Banks that are silent are waited for a minute each, SimpleFIN five: the rest of the job needs its time as well. */
const LONGEST_MILLISECONDS = 8 * 60_000;

/**
 * Runs Actual's own bank sync on the open budget, bank by bank, and sends what came in to the server. A bank that
 * refuses does not keep the others from it; accounts whose turn comes too late count as not answered in time, and are not the same
 * ones in each job.
 *
 * @param beforeChange called once, before the first account: even a refusal is written into the budget.
 * @param chance a number from 0 to 1, another one each time.
 */
export async function syncBanks(
  library: BankLibrary,
  beforeChange: () => Promise<void>,
  chance: () => number = Math.random,
): Promise<BankSyncReport> {
  const [first, ...others] = await library.linkedAccounts();
  if (first === undefined) return { linked: 0, refusals: [] };
  // Only what comes first may be SimpleFIN, which takes too long to be asked last.
  const asked = [first, ...inAnyOrder(others, chance)];
  await beforeChange();
  const refusals: BankRefusal[] = [];
  const deadline = Date.now() + LONGEST_MILLISECONDS;
  for (const accounts of asked) {
    const isInTime = Date.now() < deadline;
    refusals.push(...(isInTime ? await library.syncBank(accounts) : accounts.map(() => TOO_LATE)));
  }
  await sendAll(library);
  return { linked: asked.flat().length, refusals };
}

function inAnyOrder<Item>(items: readonly Item[], chance: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, place: chance() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

const TOO_LATE: BankRefusal = { category: 'TIMED_OUT', code: 'TIMED_OUT' };
