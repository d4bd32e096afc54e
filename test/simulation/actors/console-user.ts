import type { Execution } from '../aws/execution.ts';
import type { Change } from '../table/memory-table.ts';
import type { World } from '../world/world.ts';

/** What somebody may do to an execution in the AWS console, each at its own occasion. */
const DEEDS = [
  'stop it',
  'stop it while it sends',
  'stop it while it sends, and redrive it',
  'redrive it',
  'copy it',
  'copy it while it sends',
] as const;
type Deed = (typeof DEEDS)[number];

/** From the occasion to the deed, and from the deed to the second thought, milliseconds. */
const DECIDING_MS = 8_000;
const SECOND_THOUGHT_MS = 4_000;

/** Somebody in the console, who waits for an occasion: an execution that runs, sends, or has ended without success. */
export class ConsoleUser {
  private readonly world: World;
  private planned: Deed[] = [];

  constructor(world: World) {
    this.world = world;
  }

  /** From now on they wait for one more occasion. */
  comes(): void {
    this.planned.push(this.world.random.pick(DEEDS));
  }

  leaves(): void {
    this.planned = [];
  }

  /** A job was claimed, or begins to send. */
  onWrite(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      if (after?.SK !== 'RUNNING') continue;
      const job = String(after.jobId);
      if (before === undefined) this.occasion(job, ['stop it', 'copy it']);
      else if (after.sending === true && before.sending === false) {
        this.occasion(job, [
          'stop it while it sends',
          'stop it while it sends, and redrive it',
          'copy it while it sends',
        ]);
      }
    }
  }

  onExecutionEnded(name: string, status: string): void {
    if (status !== 'SUCCEEDED') this.occasion(name, ['redrive it']);
  }

  private occasion(name: string, deeds: readonly Deed[]): void {
    const deed = this.planned.find((one) => deeds.includes(one));
    if (deed === undefined) return;
    this.planned.splice(this.planned.indexOf(deed), 1);
    const { time, random, stepFunctions } = this.world;
    time.after(random.skewed(0, DECIDING_MS), () => {
      const execution = stepFunctions.executions.get(name);
      if (execution !== undefined) this.does(deed, execution);
    });
  }

  private does(deed: Deed, execution: Execution): void {
    const { stepFunctions, time, random, trace } = this.world;
    trace(() => `console: ${execution.name}: ${deed}`);
    switch (deed) {
      case 'copy it':
      case 'copy it while it sends':
        stepFunctions.start(`copy-${stepFunctions.executions.size}`, execution.input);
        break;
      case 'redrive it':
        redrive(this.world, execution);
        break;
      case 'stop it while it sends, and redrive it':
        stepFunctions.stop(execution);
        time.after(random.int(0, SECOND_THOUGHT_MS), () => redrive(this.world, execution));
        break;
      case 'stop it':
      case 'stop it while it sends':
        stepFunctions.stop(execution);
    }
  }
}

/** The console offers it for what has ended without success. */
function redrive({ stepFunctions }: World, execution: Execution): void {
  const { status } = execution;
  if (status !== 'RUNNING' && status !== 'SUCCEEDED') stepFunctions.redrive(execution);
}
