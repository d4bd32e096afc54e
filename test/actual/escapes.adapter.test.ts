import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ActualBudgets } from '../../functions/actual/client.ts';
import { reported } from '../../functions/actual/containment.ts';
import { loadLibrary } from '../../functions/actual/library.ts';
import { FailureError, failure } from '../../functions/domain/failures.ts';
import { workerId } from '../../functions/domain/ids.ts';
import { JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { failsWith } from './failing.ts';
import { householdDoes } from './household.ts';
import { settingsOf } from './memory-ports.ts';
import { type Reader, startReader } from './reader.ts';

/** Errors that the real library throws where nobody can catch them. */

let reader: Reader;
let api: typeof import('@actual-app/api');
let budgets: ActualBudgets;
let home: string;

beforeAll(async () => {
  // The product loads it first: it keeps the `fetch` that it finds, and its requests would share connections that the server has closed.
  await loadLibrary();
  api = await import('@actual-app/api');
  reader = await startReader();
  home = await householdDoes(reader.server.url, [{ do: 'create', transactions: 3 }]);
  budgets = new ActualBudgets({
    settings: async () => settingsOf(reader.server.url),
    tokens: reader.session,
    logins: reader.session,
    owner: workerId('worker'),
    leave: reader.left,
  });
});

afterAll(async () => {
  await reader.remove();
});

/** Resolves as if all went well: the library does not wait for its own write, which then fails. */
const writeBadly = (id = '') => api.updateTransaction(id, { date: 'Canary' });

it('UNKNOWN: an error that escapes the library fails its job, and ends nothing', async () => {
  const failed = budgets.edit({ budgetId: home }, async ({ transactions }) => {
    await writeBadly(transactions.id[0]);
    return [];
  });
  expect(await failsWith('UNKNOWN', failed)).toBe('');
  expect(reader.left).not.toHaveBeenCalled();
  await expect(budgets.fetch({ budgetId: home })).resolves.toBeDefined();
});

const rejects = (code: string) => void Promise.reject(Object.assign(new Error('Canary'), { code }));

it('DISK_FULL: an error that escaped says what the one that was thrown does not', async () => {
  const failed = budgets.edit({ budgetId: home }, async () => {
    rejects('ENOSPC');
    throw new Error('Canary');
  });
  await failsWith('DISK_FULL', failed);
});

it('a job that is no longer its own says so, whatever escaped', async () => {
  const edited = budgets.edit({ budgetId: home }, async () => {
    rejects('ENOSPC');
    throw new JobNotRunningError();
  });
  await expect(edited).rejects.toThrow(JobNotRunningError);
});

it('an error that escaped before the session was renewed is that of the first try alone', async () => {
  let tries = 0;
  await budgets.edit({ budgetId: home }, async () => {
    tries += 1;
    if (tries > 1) return [];
    rejects('ENOSPC');
    throw new FailureError(failure('SESSION_EXPIRED'));
  });
  expect(tries).toBe(2);
});

it('an error that escapes when its job has ended goes to no other job, and ends nothing', async () => {
  const { extract } = await budgets.fetch({ budgetId: home });
  const late = Promise.withResolvers<never>();
  await budgets.edit({ budgetId: home }, async () => {
    void late.promise.finally(() => writeBadly(extract.transactions.id[0]));
    return [];
  });
  late.reject(new Error('Canary'));
  await reported();
  await expect(budgets.fetch({ budgetId: home })).resolves.toBeDefined();
  expect(reader.left).not.toHaveBeenCalled();
});

it('a budget that stays open ends the process, although all else went well', async () => {
  const { archive } = await budgets.fetch({ budgetId: home });
  const closing = vi.spyOn(await loadLibrary(), 'close').mockRejectedValueOnce(new Error('Canary'));
  await budgets.fetch({ budgetId: home, archive });
  expect(reader.left).toHaveBeenCalledOnce();
  vi.mocked(reader.left).mockClear();
  closing.mockRestore();
  await expect(budgets.fetch({ budgetId: home })).resolves.toBeDefined();
});

it('a budget that has not closed after half a minute ends the process', async () => {
  const { archive } = await budgets.fetch({ budgetId: home });
  const closing = vi.spyOn(await loadLibrary(), 'close').mockImplementationOnce(() => {
    vi.advanceTimersByTime(30_000);
    return new Promise(() => {});
  });
  await budgets.edit({ budgetId: home, archive }, async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    return [];
  });
  vi.useRealTimers();
  closing.mockRestore();
  expect(reader.left).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ name: 'BudgetNotClosed' }),
  );
  vi.mocked(reader.left).mockClear();
  await expect(budgets.fetch({ budgetId: home })).resolves.toBeDefined();
});

it('SNAPSHOT_DAMAGED: nothing is downloaded over a budget that stays half open', async () => {
  const library = await loadLibrary();
  const closing = vi.spyOn(library, 'close').mockRejectedValueOnce(new Error('Canary'));
  const downloading = vi.spyOn(library, 'downloadBudget');
  await failsWith('SNAPSHOT_DAMAGED', budgets.fetch({ budgetId: home }));
  expect(downloading).not.toHaveBeenCalled();
  closing.mockRestore();
  downloading.mockRestore();
  await expect(budgets.fetch({ budgetId: home })).resolves.toBeDefined();
});
