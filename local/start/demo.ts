import { join } from 'node:path';
import { type ActualServer, startActualServer } from '../actual/server.ts';
import { synthesize } from './assembly.ts';
import { refuseHousehold } from './belonging.ts';
import type { DataFolder } from './data-folder.ts';
import { ensureDemoBudget } from './demo-budget.ts';
import type { Home } from './home.ts';
import type { Screen } from './screen.ts';

/**
 * The Actual server and the budget that come along.
 *
 * @param running is told of the server as soon as it runs.
 * @throws StartError when the data folder is another's.
 */
export async function openDemo(
  folder: DataFolder,
  screen: Screen,
  running: (server: ActualServer) => void,
): Promise<Home> {
  refuseHousehold(folder.path);
  const assembly = join(folder.path, 'cdk.out');
  const startActual = async () => {
    const server = await startActualServer(join(folder.path, 'actual'));
    running(server);
    return { server, id: await ensureDemoBudget(server, folder.path) };
  };
  const [, { server, id }] = await screen.task(
    'Synthesizing the stack, starting Actual with the demo budget',
    () => Promise.all([synthesize(assembly), startActual()]),
  );
  const secret = { serverUrl: server.url, password: server.password };
  return {
    assembly,
    budgets: [{ id, name: '' }],
    secrets: { ActualSecretId: JSON.stringify(secret) },
  };
}
