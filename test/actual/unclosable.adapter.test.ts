import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ActualBudgets } from '../../functions/actual/client.ts';
import { workerId } from '../../functions/domain/ids.ts';
import { type ActualServer, startActualServer } from './actual-server.ts';
import { withDatabase } from './archives.ts';
import { householdDoes } from './household.ts';
import { MemorySession, settingsOf } from './memory-ports.ts';
import { uploadFile } from './upload.ts';

/** In a file, and so in a process, of its own: the library is of no more use afterwards. */

let server: ActualServer;
const session = new MemorySession();
const leave = vi.fn((_because: unknown) => {
  throw new Error('The process has ended');
});

beforeAll(async () => {
  vi.stubEnv('NODE_ENV', 'production');
  server = await startActualServer();
});

afterAll(async () => {
  await server.remove();
  vi.unstubAllEnvs();
});

it('a budget that cannot be closed fails with its own failure, and ends the process before the next one', async () => {
  const home = await householdDoes(server.url, [{ do: 'create', transactions: 3 }]);
  const budgets = new ActualBudgets({
    settings: async () => settingsOf(server.url),
    tokens: session,
    logins: session,
    owner: workerId('worker'),
    leave,
  });
  const { archive } = await budgets.fetch({ budgetId: home });
  const damaged = await withDatabase(archive, (database) => database.exec('DROP TABLE accounts'));
  const upload = { id: randomUUID(), content: damaged.archive };
  const budgetId = await uploadFile(server.url, session.token?.token ?? '', upload);

  await expect(budgets.fetch({ budgetId })).rejects.toMatchObject({ name: 'BUDGET_CORRUPT' });
  expect(leave).not.toHaveBeenCalled();
  await expect(budgets.fetch({ budgetId: home })).rejects.toThrow('The process has ended');
  expect(leave.mock.calls).toMatchObject([[{ name: 'BudgetNotClosed' }]]);
});
