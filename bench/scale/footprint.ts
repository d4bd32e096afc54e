import { budgetId } from '../../functions/domain/ids.ts';
import type { Work } from '../../functions/domain/job.ts';
import { submit } from '../../functions/jobs/submit.ts';
import { SORT_KEY } from '../../functions/names.ts';
import { announcing } from '../../test/simulation/announcing.ts';
import type { FaultRates } from '../../test/simulation/aws/faults.ts';
import { type Definition, parseDefinition } from '../../test/simulation/aws/states-language.ts';
import { statusEventsTo, streamTo } from '../../test/simulation/deliveries.ts';
import {
  portsOf,
  STATE_MACHINE_ARN,
  stateInvocation,
  timeoutOf,
} from '../../test/simulation/functions.ts';
import { Random } from '../../test/simulation/random.ts';
import type { Change } from '../../test/simulation/table/memory-table.ts';
import { synthesizedDefinition } from '../../test/simulation/workflow-definition.ts';
import { World } from '../../test/simulation/world/world.ts';
import { type KeyWrite, transactCounted } from './write-units.ts';

/** What one job asks of AWS, counted in the simulation: the product's own use cases, stores and state machine. */

export interface Footprint {
  /** Write units by kind of partition key: `JOB`, `BUDGET` and so on of the table, of indexes their names. */
  readonly writeUnits: Readonly<Record<string, number>>;
  /** Items that changed: each is a record of the table's stream. */
  readonly streamRecords: number;
  /** Those of them that the event sources' filters let through to `dispatch` and to `announce`. */
  readonly looks: number;
  readonly ends: number;
  /** States entered, the start and the end of the execution: the most that AWS can be read to count. */
  readonly transitions: number;
  readonly startExecutions: number;
  /** Invocations by function. */
  readonly invocations: Readonly<Record<string, number>>;
}

const HOME = budgetId('00000000-0000-4000-8000-000000000001');
const CALLER = 'arn:aws:sts::111122223333:assumed-role/household/session';

const START_AND_END = 2;

const NOTHING_GOES_WRONG: FaultRates = {
  crash: 0,
  refused: 0,
  lostAnswer: 0,
  conflict: 0,
  stuck: 0,
  throttledStart: 0,
  invocationRefused: 0,
  invocationLost: 0,
  deliveryLost: 0,
  deliveryTwice: 0,
  deliveryLate: 0,
  statusEventLost: 0,
  clockBack: 0,
  console: 0,
  redeployed: 0,
  seenInParts: 0,
  indexLate: 0,
};

/** One job of a budget in which nothing is new, its snapshot made by a job before it, and nobody else in line. */
export async function footprintOf(work: Work): Promise<Footprint> {
  const definition = parseDefinition(synthesizedDefinition());
  let seen = new Seen(definition);
  const world = new World({
    random: new Random(1),
    rates: NOTHING_GOES_WRONG,
    definition,
    stateMachineArn: STATE_MACHINE_ARN,
    invocation: stateInvocation,
    budgets: [HOME],
    trace: (line) => seen.traced(line),
  });
  const { table, stepFunctions, lambda } = world;
  const transact = table.transact.bind(table);
  table.transact = (input) => {
    seen.writes.push(...transactCounted(table, input, transact));
  };
  const start = stepFunctions.start.bind(stepFunctions);
  stepFunctions.start = (name, input) => {
    seen.started += 1;
    return start(name, input);
  };
  const invoke = lambda.invoke.bind(lambda);
  lambda.invoke = (invocation, tell) => {
    seen.invoked.push(invocation.name);
    invoke(invocation, tell);
  };
  world.onExecutionEnded = statusEventsTo(world);
  const stream = streamTo(world);
  const { onWrite: announceEnds } = announcing(world, () => {});
  table.onWrite = (changes) => {
    seen.changes.push(...changes);
    stream(changes);
    announceEnds(changes);
  };

  await run(world, { type: 'budget_sync' });
  seen = new Seen(definition);
  await run(world, work);
  return seen.footprint();
}

/** A call of the API, and everything that follows from it. */
async function run(world: World, work: Work): Promise<void> {
  world.lambda.invoke(
    {
      name: 'createJob',
      timeoutMs: timeoutOf('createJob'),
      work: (process) =>
        submit(portsOf(world, process), { budgetId: HOME, work, requestedBy: CALLER }),
    },
    (result) => {
      if (result.kind === 'failed') throw new Error(`The job was not made: ${result.error}`);
    },
  );
  await world.time.run(() => false);
}

/** What happened since it was made. */
class Seen {
  readonly writes: KeyWrite[] = [];
  readonly changes: Change[] = [];
  readonly invoked: string[] = [];
  started = 0;
  private readonly definition: Definition;
  private entered = 0;

  constructor(definition: Definition) {
    this.definition = definition;
  }

  traced(line: string): void {
    const state = /execution \S+: (\w+)$/.exec(line)?.[1] ?? '';
    if (Object.hasOwn(this.definition.States, state)) this.entered += 1;
  }

  footprint(): Footprint {
    const { changes, entered, started: startExecutions } = this;
    const put = (prefix: string) =>
      changes.filter(
        ({ before, after }) => before === undefined && String(after?.SK).startsWith(prefix),
      );
    const released = changes.filter(
      ({ before, after }) => after === undefined && before?.SK === SORT_KEY.running,
    );
    return {
      writeUnits: summed(this.writes.map(({ kind, units }) => [kind, units])),
      streamRecords: changes.length,
      looks: put(SORT_KEY.queuePrefix).length + released.length,
      ends: put(SORT_KEY.endPrefix).length,
      transitions: entered + START_AND_END * startExecutions,
      startExecutions,
      invocations: summed(this.invoked.map((name) => [name, 1])),
    };
  }
}

function summed(entries: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [name, value] of entries) sums[name] = (sums[name] ?? 0) + value;
  return sums;
}
