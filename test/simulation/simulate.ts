import { budgetId } from '../../functions/domain/ids.ts';
import { workInActual } from './actors/actual-users.ts';
import { Callers } from './actors/callers.ts';
import { ConsoleUser } from './actors/console-user.ts';
import { announcing } from './announcing.ts';
import { drawRates } from './aws/faults.ts';
import type { Definition } from './aws/states-language.ts';
import {
  scheduleAgainAndAgain,
  statusEventsTo,
  streamTo,
  sweepAgainAndAgain,
} from './deliveries.ts';
import { STATE_MACHINE_ARN, stateInvocation } from './functions.ts';
import { Watch } from './invariants/watch.ts';
import { Random } from './random.ts';
import { World } from './world/world.ts';

/** One simulation: everything that happens between a seed and the end of all work. */

const BUDGETS = [1, 2].map((n) => budgetId(`00000000-0000-4000-8000-00000000000${n}`));
const MINUTE_MS = 60_000;
/** Callers and faults are at work so long. */
const BUSY_MINUTES = 45;
/** So long after the last fault everything is settled or moving: a sweep's interval, and the time that a sweep takes. */
const RECOVERY_MS = 5 * MINUTE_MS + 15_000;
/** What is stuck then has this long to be looked at by who is on the way to it. */
const ON_THE_WAY_MS = 30_000;
/** Between two jobs of a line nothing runs for a moment: only what never moves in all that time is stuck. */
const LOOK_MS = 2_000;
/** A job has the time of its execution, and what a lock may be kept after it. */
const LONGEST_JOB_MINUTES = 120 + 25;

export interface Simulated {
  readonly seed: number;
  readonly violation: string | undefined;
  readonly jobs: number;
  readonly minutes: number;
  /** How many jobs ended in which status. */
  readonly ends: Readonly<Record<string, number>>;
}

/**
 * @param definition of the state machine.
 * @param trace is told each step; undefined when nobody wants to know.
 */
export async function simulate(
  seed: number,
  definition: Definition,
  trace?: (line: string) => void,
): Promise<Simulated> {
  const random = new Random(seed);
  const rates = drawRates(random);
  const world = new World({
    random,
    rates,
    definition,
    stateMachineArn: STATE_MACHINE_ARN,
    invocation: stateInvocation,
    budgets: BUDGETS,
    trace,
  });
  const watch = new Watch(world);
  const stream = streamTo(world);
  const announcements = announcing(world, (id, status) => watch.told(id, status));
  const consoleUser = new ConsoleUser(world);
  const callers = new Callers(world, watch.ledger);
  world.table.onWrite = (changes) => {
    watch.onWrite(changes);
    consoleUser.onWrite(changes);
    callers.onWrite(changes);
    // Readers may see the rest of the transaction later.
    stream(changes);
    announcements.onWrite(changes);
  };
  const statusEvents = statusEventsTo(world);
  world.onExecutionEnded = (name, status) => {
    statusEvents(name, status);
    consoleUser.onExecutionEnded(name, status);
  };
  trace?.(`seed ${seed}: ${JSON.stringify(rates)}`);

  let end = Number.POSITIVE_INFINITY;
  let settled = false;
  plan(world, callers, consoleUser, rates.console);
  world.time.after(BUSY_MINUTES * MINUTE_MS, () => {
    world.faults.end();
    world.table.catchUp();
    consoleUser.leaves();
    callers.leave();
    world.trace(() => 'no more faults');
    world.time.after(RECOVERY_MS, () => {
      announcements.putBack();
      lookForStuck(world, watch, () => {
        settled = true;
        // Each job in line, and the one that may come after a scheduled one.
        end = world.time.minutes + LONGEST_JOB_MINUTES * 2 * Math.max(1, watch.longestLine);
      });
    });
  });
  await world.time.run(
    () => watch.violation !== undefined || (settled && watch.allDone) || world.time.minutes > end,
  );
  if (watch.violation === undefined) watch.checkTheEnd();

  const { violation, jobs } = watch;
  return { seed, violation, jobs: jobs.length, minutes: world.time.minutes, ends: endsOf(jobs) };
}

function endsOf(jobs: Watch['jobs']): Simulated['ends'] {
  const ends: Record<string, number> = {};
  for (const { status } of jobs) ends[String(status)] = (ends[String(status)] ?? 0) + 1;
  return ends;
}

/** What never moves while it could be on its way is a violation. @param looked is called once that is known. */
function lookForStuck(world: World, watch: Watch, looked: () => void): void {
  let stuck = watch.stuck();
  for (let wait = LOOK_MS; wait < ON_THE_WAY_MS; wait += LOOK_MS) {
    world.time.after(wait, () => {
      const still = watch.stuck();
      stuck = stuck.filter((what) => still.includes(what));
    });
  }
  world.time.after(ON_THE_WAY_MS, () => {
    for (const what of stuck) watch.violate(what);
    looked();
  });
}

/** Who does what until the faults end. */
function plan(world: World, callers: Callers, consoleUser: ConsoleUser, console: number): void {
  const { random, time } = world;
  const busy = () => random.int(0, BUSY_MINUTES * MINUTE_MS);
  for (let count = random.int(3, 9); count > 0; count -= 1) time.after(busy(), () => callers.act());
  for (let count = random.int(3, 9); count > 0; count -= 1)
    time.after(busy(), () => workInActual(world));
  for (const [, budget] of world.budgets) {
    for (let count = random.int(0, 4); count > 0; count -= 1) budget.add('Lidl');
  }
  if (random.chance(console)) {
    for (let count = random.int(1, 4); count > 0; count -= 1) {
      time.after(busy(), () => consoleUser.comes());
    }
  }
  if (world.faults.of('redeployed')) {
    time.after(busy(), () => {
      world.trace(() => 'the stack is deployed anew');
      world.stepFunctions.replaceMachine();
    });
  }
  sweepAgainAndAgain(world);
  const isOver = () => time.minutes >= BUSY_MINUTES;
  for (const id of world.budgets.keys()) {
    if (random.chance(0.3)) scheduleAgainAndAgain(world, id, isOver);
  }
}
