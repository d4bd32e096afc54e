import { randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import { answered, type Client, endOf, openClient } from '../../client/client.ts';
import { callStackHere } from '../../client/on-this-machine.ts';
import { printable } from '../../client/printable.ts';
import type { Job, JobAndSteps } from '../../client/schema.ts';
import { signed } from '../../client/sending.ts';
import { LOCAL_REGION, type RunningPart } from '../runtime/contract.ts';
import { type RunningStack, runStack } from '../runtime/stack.ts';
import { forgetServer } from './belonging.ts';
import {
  type DataFolder,
  isDataFolder,
  openDataFolder,
  writeAwsConfig,
  writeBudgets,
} from './data-folder.ts';
import { openDemo } from './demo.ts';
import { fullDiskNotice } from './full-disk-notice.ts';
import type { Home, HomeBudget } from './home.ts';
import { openHousehold } from './household.ts';
import { HELP, parseOptions, type StartOptions } from './options.ts';
import { goOnUnread, pasteable, Screen } from './screen.ts';
import { StartError, sentenceOf } from './start-error.ts';

/** `npm start`: the whole product on this machine, for a demo budget or for one's own. */

const parts: RunningPart[] = [];
/** Ends this process once all is closed; undefined while nothing has asked for that. */
let leaving: Promise<void> | undefined;
let showState: (state: string) => void = () => {};
const PROPOSALS_SHOWN = 25;

// The data folder is locked to others, and a copy of one of its files would not be: that goes for what others' code writes too.
process.umask(0o077);

try {
  // npm starts us in the package's folder, and says from where it was called.
  const command = parseOptions(process.argv.slice(2), process.env.INIT_CWD, process.env);
  if (command.kind === 'help') console.log(HELP);
  else if (command.kind === 'forget') forget(command.data);
  else await start(command);
} catch (error) {
  // Leaving breaks off what is going on, which is nothing to tell of.
  await (leaving ?? closeAll());
  const sentence = sentenceOf(error);
  if (sentence === undefined) throw error;
  console.error(sentence);
  process.exit(1);
}

async function start(options: StartOptions): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) goOnUnread(stream);
  const screen = new Screen(options.json ? process.stderr : process.stdout);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Whoever waits for the job, such as cron, is not to take it for succeeded.
    process.on(signal, () => leave(options.once ? 1 : 0, screen));
  }
  callStackHere({ config: devNull, credentials: devNull });
  const folder = openDataFolder(options.data);
  const isDemo = options.home.kind === 'demo';
  const home =
    options.home.kind === 'demo'
      ? await openDemo(options.home, folder, screen, (server) => parts.push(server))
      : await openHousehold(options.home, folder, screen);
  const stack = await bringUp(options, home, folder, screen);
  const api = openClient(
    stack.url,
    signed(async () => folder.credentials, LOCAL_REGION),
  );
  const ended: JobAndSteps[] = [];
  for (const budget of home.budgets) {
    // A household that is started again goes on as it was; its jobs come by schedule and by call.
    const isKnown = !isDemo && !options.once && (await newestJob(api, budget.id)) !== undefined;
    if (isKnown) continue;
    const document = await runJob(api, budget, screen);
    ended.push(document);
    screen.job(document);
    // Payees and amounts of one's own are for a person's eyes, not for the log of a service.
    if (document.job.status === 'succeeded' && (isDemo || screen.isTerminal)) {
      const params = {
        path: { budgetId: budget.id },
        query: { limit: PROPOSALS_SHOWN, status: 'pending' },
      } as const;
      screen.suggestions(
        await answered(api.GET('/budgets/{budgetId}/suggestions', { params }), 'suggestions'),
      );
    }
  }
  if (!options.once) {
    if (home.schedule !== undefined) screen.line(home.schedule);
    screen.line(pasteable(stack.url, folder.curlrc, await examples(api, home)));
    return;
  }
  await closeAll();
  if (options.json) process.stdout.write(`${JSON.stringify(ended[0])}\n`);
  process.exitCode = ended.every(({ job }) => job.status === 'succeeded') ? 0 : 1;
}

function bringUp(
  { port }: StartOptions,
  { assembly, secrets, budgets }: Home,
  { path: data, credentials }: DataFolder,
  screen: Screen,
): Promise<RunningStack> {
  return screen.task('Starting the stack', async () => {
    const onState = (_execution: unknown, state: string) => showState(state);
    // Whoever looks after us, systemd or a person, starts us again; running on, we would do nothing and look well.
    const onBroken = () => {
      console.error('The database of the stack has ended. Nothing is lost: start it again.');
      leave(1, screen);
    };
    const onDiskFull = fullDiskNotice((sentence) => console.error(sentence));
    const options = { assembly, data, port, credentials, secrets, onState, onBroken, onDiskFull };
    const stack = await runStack(options).catch(reworded(port));
    parts.push(stack);
    writeAwsConfig(data, stack.endpoints);
    writeBudgets(
      data,
      budgets.map(({ id }) => id),
    );
    return stack;
  });
}

function runJob(
  api: Client,
  { id: budgetId, name }: HomeBudget,
  screen: Screen,
): Promise<JobAndSteps> {
  const title = name === '' ? '' : ` for "${printable(name)}"`;
  return screen.task(`Job sync_and_suggest${title}`, async (update) => {
    showState = (state) => update(`state ${state}`);
    const { job } = await answered(
      api.POST('/jobs', {
        params: { header: { 'Idempotency-Key': randomUUID() } },
        body: { type: 'sync_and_suggest', budgetId },
      }),
      'job',
    );
    update(`job ${job.id} is ${job.status}`);
    return endOf(api, job.id);
  });
}

/** A budget and a job to paste calls about. */
async function examples(api: Client, { budgets }: Home) {
  const budgetId = budgets[0]?.id ?? '';
  return { budgetId, jobId: (await newestJob(api, budgetId))?.id ?? '' };
}

/** Undefined when the budget has none. */
async function newestJob(api: Client, budgetId: string): Promise<Job | undefined> {
  const params = { query: { budgetId, limit: 1 } };
  const { jobs } = await answered(api.GET('/jobs', { params }), 'jobs');
  return jobs[0];
}

/** A port that cannot be had is the user's to change; anything else is ours. */
function reworded(port: number): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new StartError(`Port ${port} is in use; choose another with --port.`);
    }
    if (code === 'EACCES' && port > 0) {
      throw new StartError(`Port ${port} is for the system alone; choose another with --port.`);
    }
    throw error;
  };
}

function forget(data: string): void {
  const nothing = new StartError(`The data folder ${data} keeps no server to forget.`);
  if (!isDataFolder(data)) throw nothing;
  const folder = openDataFolder(data);
  const server = forgetServer(folder.path);
  folder.release();
  if (server === undefined) throw nothing;
  console.log(`Forgot ${server} and its passwords; jobs and suggestions stay in ${data}.`);
}

/** Once: one Ctrl-C comes twice, from the terminal, and from npm, which passes it on. */
function leave(code: number, screen: Screen): void {
  leaving ??= closeAll().then(() => {
    screen.leave();
    process.exit(code);
  });
}

async function closeAll(): Promise<void> {
  await Promise.all(parts.splice(0).map((part) => part.close()));
}
