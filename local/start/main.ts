import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type ActualServer, startActualServer } from '../actual/server.ts';
import type { RunningPart } from '../runtime/contract.ts';
import { type RunningStack, runStack } from '../runtime/stack.ts';
import { ApiClient, type JobDocument } from './api-client.ts';
import { synthesize } from './assembly.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { ensureDemoBudget } from './demo-budget.ts';
import { HELP, parseOptions, StartError, type StartOptions } from './options.ts';
import { pasteable, Screen } from './screen.ts';

/** `npm start`: the whole product on this machine, and one job on a demo budget. */

const parts: RunningPart[] = [];
let showState: (state: string) => void = () => {};
const PROPOSALS_SHOWN = 25;
const WAIT_SECONDS = 20;

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') console.log(HELP);
  else await start(options);
} catch (error) {
  await closeAll();
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(1);
}

async function start(options: StartOptions): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void closeAll().then(() => process.exit(0)));
  }
  const screen = new Screen(options.json ? process.stderr : process.stdout);
  const folder = openDataFolder(options.data);
  const { stack, budgetId } = await bringUp(options, folder, screen);
  const api = new ApiClient(stack.url, folder.credentials);
  const ended = await runJob(api, budgetId, screen);
  screen.job(ended);
  if (ended.job.status === 'succeeded') {
    screen.suggestions(await api.suggestions(budgetId, PROPOSALS_SHOWN));
  }
  if (!options.once) {
    screen.line(pasteable(stack.url, folder.curlrc, budgetId, ended.job.id));
    return;
  }
  await closeAll();
  if (options.json) process.stdout.write(`${JSON.stringify(ended)}\n`);
  process.exitCode = ended.job.status === 'succeeded' ? 0 : 1;
}

async function bringUp(
  options: StartOptions,
  folder: DataFolder,
  screen: Screen,
): Promise<{ readonly stack: RunningStack; readonly budgetId: string }> {
  const assembly = join(folder.path, 'cdk.out');
  const [, [server, budgetId]] = await screen.task(
    'Synthesizing the stack, starting Actual with the demo budget',
    () => Promise.all([synthesize(assembly), startActual(folder)]),
  );
  const stack = await screen.task('Starting the stack', () =>
    runStack({
      assembly,
      data: folder.path,
      port: options.port,
      credentials: folder.credentials,
      secrets: {
        ActualSecretId: JSON.stringify({ serverUrl: server.url, password: server.password }),
      },
      onState: (_execution, state) => showState(state),
    }).catch(reworded(options.port)),
  );
  parts.push(stack);
  return { stack, budgetId };
}

async function startActual(folder: DataFolder): Promise<readonly [ActualServer, string]> {
  const server = await startActualServer(join(folder.path, 'actual'));
  parts.push(server);
  return [server, await ensureDemoBudget(server, folder.path)];
}

function runJob(api: ApiClient, budgetId: string, screen: Screen): Promise<JobDocument> {
  return screen.task('Job sync_and_suggest', async (update) => {
    showState = (state) => update(`state ${state}`);
    let document = await api.createJob({ type: 'sync_and_suggest', budgetId }, randomUUID());
    update(`job ${document.job.id} is ${document.job.status}`);
    while (['queued', 'running'].includes(document.job.status)) {
      document = await api.getJob(document.job.id, WAIT_SECONDS);
    }
    return document;
  });
}

/** A port that is taken is the user's to change; anything else is ours. */
function reworded(port: number): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new StartError(`Port ${port} is in use; choose another with --port.`);
    }
    throw error;
  };
}

async function closeAll(): Promise<void> {
  await Promise.all(parts.splice(0).map((part) => part.close()));
}
