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

/** Somebody stops, redrives or copies an execution in the console. */
export function workInConsole(world: World): void {
  const { random, stepFunctions, trace } = world;
  const executions = [...stepFunctions.executions.values()];
  if (executions.length === 0) return;
  const execution = random.pick(executions);
  if (execution.status === 'RUNNING' && random.chance(0.6)) {
    trace(() => `console: stops ${execution.name}`);
    stepFunctions.stop(execution);
  } else if (isUnsuccessful(execution) && random.chance(0.6)) {
    trace(() => `console: redrives ${execution.name}`);
    stepFunctions.redrive(execution);
  } else {
    const name = `copy-${executions.length}`;
    trace(() => `console: starts ${execution.name} again as ${name}`);
    stepFunctions.start(name, execution.input);
  }
}

/** What the console offers to redrive. */
function isUnsuccessful({ status }: Execution): boolean {
  return status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED';
}
