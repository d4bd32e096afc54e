import type { BudgetId } from '../../../functions/domain/ids.ts';
import type { FaultRates } from '../aws/faults.ts';
import { Faults } from '../aws/faults.ts';
import { type Invocation, Lambda } from '../aws/lambda.ts';
import type { Surroundings } from '../aws/process.ts';
import type { Definition } from '../aws/states-language.ts';
import { StepFunctions } from '../aws/step-functions.ts';
import type { Random } from '../random.ts';
import { LateTable } from '../table/late-table.ts';
import { VirtualTime } from '../time.ts';
import { BudgetOnServer } from './actual-server.ts';
import { Bucket } from './bucket.ts';

export interface WorldOptions {
  readonly random: Random;
  readonly rates: FaultRates;
  readonly definition: Definition;
  readonly stateMachineArn: string;
  /** What a state of the workflow has done by a function. */
  readonly invocation: (world: World, functionName: string, payload: unknown) => Invocation;
  readonly budgets: readonly BudgetId[];
  /** Told what happens, with the virtual time before it; undefined when nobody wants to know. */
  readonly trace: ((line: string) => void) | undefined;
}

/** From the first item of a transaction that a reader sees to the last one, and until the indexes show them. */
const LONGEST_DELAY_MS = 5_000;
const LONGEST_INDEX_DELAY_MS = 60_000;

/** Everything that is outside the product's own code: AWS, the Actual server, and time. */
export class World implements Surroundings {
  readonly time = new VirtualTime();
  readonly table: LateTable;
  readonly bucket = new Bucket();
  readonly budgets: ReadonlyMap<BudgetId, BudgetOnServer>;
  readonly random: Random;
  readonly faults: Faults;
  readonly lambda: Lambda;
  readonly stepFunctions: StepFunctions;
  readonly trace: (line: () => string) => void;

  constructor({ random, rates, budgets, trace, invocation, ...workflow }: WorldOptions) {
    this.random = random;
    this.faults = new Faults(random, rates);
    const { faults, time } = this;
    this.table = new LateTable({
      now: () => time.now,
      ofItems: (count) =>
        faults.of('seenInParts') ? Array.from({ length: count }, () => delayOf(random)) : [],
      ofIndexes: () => (faults.of('indexLate') ? random.int(0, LONGEST_INDEX_DELAY_MS) : 0),
    });
    this.budgets = new Map(budgets.map((id) => [id, new BudgetOnServer()]));
    this.trace =
      trace === undefined
        ? () => {}
        : (line) => trace(`${this.time.minutes.toFixed(3).padStart(9)} ${line()}`);
    this.lambda = new Lambda(this);
    this.stepFunctions = new StepFunctions({
      time: this.time,
      random,
      trace: this.trace,
      ...workflow,
      invoke: (name, payload, answer) =>
        this.lambda.invoke(invocation(this, name, payload), answer),
      onEnded: (execution) => this.onExecutionEnded(execution.name, execution.status),
    });
  }

  /** Told of each execution that ended. */
  onExecutionEnded: (name: string, status: string) => void = () => {};
}

function delayOf(random: Random): number {
  return random.chance(0.5) ? 0 : random.skewed(1, LONGEST_DELAY_MS);
}
