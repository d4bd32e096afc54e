import { type BudgetId, budgetId, isUuid, jobId } from '../../functions/domain/ids.ts';
import { endOfExecution, lookAtBudget } from '../../functions/jobs/dispatch.ts';
import { runSchedule } from '../../functions/jobs/schedule.ts';
import { settle } from '../../functions/jobs/settle.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { SORT_KEY } from '../../functions/names.ts';
import type { Process } from './aws/process.ts';
import { portsOf, timeoutOf } from './functions.ts';
import { SCHEDULES, timeOf } from './schedules.ts';
import type { Change } from './table/memory-table.ts';
import type { World } from './world/world.ts';

/** What sets things going without a caller: the table's stream, executions that ended, the clock. */

const SWEEP_MS = 5 * 60_000;
const SCHEDULE_MS = 20 * 60_000;
/** A delivery that comes late comes within 10 minutes. */
const LATE_MS = 10 * 60_000;
/** So often a delivery that failed is tried again before it is set aside. */
const RETRIES = 5;

/** A new place in line, or a lock given back: look at that budget. */
export function streamTo(world: World): (changes: readonly Change[]) => void {
  return (changes) => {
    for (const { before, after } of changes) {
      const { PK, SK } = after ?? before ?? {};
      const queued = before === undefined && String(SK).startsWith(SORT_KEY.queuePrefix);
      const released = after === undefined && SK === SORT_KEY.running;
      if (!queued && !released) continue;
      const budget = budgetId(String(PK).slice('BUDGET#'.length));
      if (world.faults.of('deliveryLost')) continue;
      deliver(world, 'dispatch', (process) => lookAtBudget(portsOf(world, process), budget));
    }
  };
}

const STATUSES = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed_out',
  ABORTED: 'aborted',
} as const;

/** The status event of an execution: best effort. */
export function statusEventsTo(world: World): (name: string, status: string) => void {
  return (name, status) => {
    if (world.faults.of('statusEventLost') || !isUuid(name) || !isEnded(status)) return;
    const id = jobId(name);
    deliver(world, 'settleExecution', (process) =>
      settle(portsOf(world, process), id, endOfExecution(STATUSES[status], id)),
    );
  };
}

function isEnded(status: string): status is keyof typeof STATUSES {
  return Object.hasOwn(STATUSES, status);
}

/** The sweep of every 5 minutes: each comes once and is not tried again. */
export function sweepAgainAndAgain(world: World): void {
  world.time.after(SWEEP_MS, () => {
    sweepAgainAndAgain(world);
    const work = (process: Process) => {
      const ports = portsOf(world, process);
      return sweep({ ...ports, onMended: () => {} });
    };
    world.lambda.invoke({ name: 'sweep', timeoutMs: timeoutOf('sweep'), work }, () => {});
  });
}

/** A budget's scheduled times, now and then of several schedules at once, each delivered once or more, until `ends`. */
export function scheduleAgainAndAgain(
  world: World,
  budget: BudgetId,
  ends: () => boolean,
  count = 1,
): void {
  world.time.after(SCHEDULE_MS, () => {
    if (ends()) return;
    scheduleAgainAndAgain(world, budget, ends, count + 1);
    for (const { name, asked, chance } of SCHEDULES) {
      if (!world.random.chance(chance)) continue;
      const time = timeOf(budget, name, count);
      deliver(world, 'schedule', (process) =>
        runSchedule(portsOf(world, process), {
          key: time,
          budgetId: budget,
          work: { type: 'scheduled_sync_and_suggest', ...asked },
          requestedBy: `schedule/${time}`,
        }),
      );
    }
  });
}

/** The functions that AWS delivers to. */
type Receiver = 'dispatch' | 'settleExecution' | 'schedule';

/** Once, or more than once, soon or late; tried again while it fails, a few times. */
function deliver(world: World, name: Receiver, work: (process: Process) => Promise<unknown>): void {
  const { faults, random, time } = world;
  const copies = faults.of('deliveryTwice') ? random.int(2, 3) : 1;
  for (let copy = 0; copy < copies; copy += 1) {
    const wait = faults.of('deliveryLate') ? random.int(0, LATE_MS) : random.skewed(50, 2_000);
    time.after(wait, () => attempt(world, name, work, 0));
  }
}

function attempt(
  world: World,
  name: Receiver,
  work: (process: Process) => Promise<unknown>,
  before: number,
): void {
  world.lambda.invoke({ name, timeoutMs: timeoutOf(name), work }, (result) => {
    if (result.kind === 'done' || before === RETRIES) return;
    const wait = Math.min(1_000 * 2 ** before, 60_000);
    world.time.after(wait, () => attempt(world, name, work, before + 1));
  });
}
