import type { Execution } from '../aws/step-functions.ts';
import { CATEGORIES, PERSON } from '../world/actual-server.ts';
import type { World } from '../world/world.ts';

/** What people do past the API: in Actual itself, and in the AWS console. */

const PAYEES = ['Lidl', 'Aldi', 'Rent', 'Cinema'];

/** Somebody adds a transaction or chooses a category in Actual, or the bank has something new. */
export function workInActual(world: World): void {
  const { random } = world;
  const [, budget] = random.pick([...world.budgets]);
  const entries = [...budget.entries.keys()];
  const roll = random.int(1, 10);
  if (roll <= 4 || entries.length === 0) budget.add(random.pick(PAYEES));
  else if (roll <= 7) budget.bank.push(`Bank ${budget.bank.length + 1}`);
  else {
    const category = random.chance(0.8) ? random.pick(CATEGORIES) : undefined;
    budget.categorise(random.pick(entries), category, PERSON);
  }
}

/** How long somebody waits in the console for an execution to look at, and how often they look, milliseconds. */
const PATIENCE_MS = 600_000;
const LOOKING_MS = 5_000;

/** Somebody stops, redrives or copies an execution in the console, when there is one that is worth it. */
export function workInConsole(world: World, patience = PATIENCE_MS): void {
  const { random, time } = world;
  const kind = random.pick(ACTS);
  const execution = candidates(world, kind)[0];
  if (execution !== undefined) act(world, kind, execution);
  else if (patience > 0) time.after(LOOKING_MS, () => workInConsole(world, patience - LOOKING_MS));
}

const ACTS = [
  'stop',
  'stop while it sends',
  'stop while it sends, and redrive',
  'redrive',
  'copy',
] as const;
type Act = (typeof ACTS)[number];

/** A second thought comes within so long, milliseconds. */
const SECOND_THOUGHT_MS = 4_000;

function act({ stepFunctions, trace, time, random }: World, kind: Act, execution: Execution): void {
  trace(() => `console: ${kind} ${execution.name}`);
  switch (kind) {
    case 'copy':
      stepFunctions.start(`copy-${stepFunctions.executions.size}`, execution.input);
      break;
    case 'redrive':
      stepFunctions.redrive(execution);
      break;
    case 'stop while it sends, and redrive':
      stepFunctions.stop(execution);
      time.after(random.int(0, SECOND_THOUGHT_MS), () => {
        if (execution.status === 'ABORTED') stepFunctions.redrive(execution);
      });
      break;
    case 'stop':
    case 'stop while it sends':
      stepFunctions.stop(execution);
  }
}

/** The executions that can be treated so, the latest first. */
function candidates({ stepFunctions, budgets, table }: World, kind: Act): readonly Execution[] {
  const executions = [...stepFunctions.executions.values()].reverse();
  if (kind === 'copy') return executions;
  if (kind === 'redrive') {
    return executions.filter(({ status }) => status !== 'RUNNING' && status !== 'SUCCEEDED');
  }
  const running = executions.filter(({ status }) => status === 'RUNNING');
  if (kind === 'stop') return running;
  const sending = [...budgets.keys()]
    .map((id) => table.get(`BUDGET#${id}`, 'RUNNING'))
    .filter((lock) => lock?.sending === true)
    .map((lock) => lock?.jobId);
  return running.filter(({ name }) => sending.includes(name));
}
