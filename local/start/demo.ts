import { join } from 'node:path';
import { type ActualServer, startActualServer } from '../actual/server.ts';
import { refuseHousehold } from './belonging.ts';
import type { DataFolder } from './data-folder.ts';
import { ensureDemoBudget } from './demo-budget.ts';
import type { Home } from './home.ts';
import { inTermsOfOptions, writeConfig } from './household-config.ts';
import type { DemoOptions } from './options.ts';
import { schedulesSaid } from './schedules-said.ts';
import type { Screen } from './screen.ts';
import { synthesize } from './synthesis.ts';

/** Names the stack's configuration, as for the CDK app. */
const CONFIG_VARIABLE = 'ACTUAL_JOBS_CONFIG';

/**
 * The Actual server and the budget that come along.
 *
 * @param running is told of the server as soon as it runs.
 * @throws StartError when the data folder is another's.
 */
export async function openDemo(
  options: DemoOptions,
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
  const configFile = process.env[CONFIG_VARIABLE];
  /** A schedule needs the budget's id; without one the stack need not wait for it. */
  const configured = async (started: ReturnType<typeof startActual>) => {
    if (options.schedule === undefined && configFile === undefined) return undefined;
    const budgets = options.schedule === undefined ? [] : [(await started).id];
    const from = { configFile, namedBy: CONFIG_VARIABLE };
    return writeConfig({ ...options, budgets, ...from }, folder.path);
  };
  const [{ server, id }, config] = await screen.task(
    'Synthesizing the stack, starting Actual with the demo budget',
    () => {
      const started = startActual();
      const synthesized = configured(started).then(async (config) => {
        await synthesize(assembly, config?.file).catch(inTermsOfOptions(config));
        return config;
      });
      return Promise.all([started, synthesized]);
    },
  );
  const secret = { serverUrl: server.url, password: server.password };
  return {
    assembly,
    budgets: [{ id, name: '' }],
    ...(config === undefined ? {} : { schedule: schedulesSaid(config, assembly) }),
    secrets: { ActualSecretId: JSON.stringify(secret) },
  };
}
