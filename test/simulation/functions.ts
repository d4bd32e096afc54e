import { type BudgetId, eventId, jobId, stepId } from '../../functions/domain/ids.ts';
import { stepFunctionsExecutions } from '../../functions/handlers/adapters/executions.ts';
import { endingBy, isNamedBy, SettleEvent } from '../../functions/handlers/settle-event.ts';
import { StepEvent, workerOf } from '../../functions/handlers/step-event.ts';
import type { DispatchPorts } from '../../functions/jobs/dispatch.ts';
import { settle } from '../../functions/jobs/settle.ts';
import { applyStep } from '../../functions/steps/apply.ts';
import { retryPayeeStep } from '../../functions/steps/retry-payee.ts';
import { runStep, type StepWork } from '../../functions/steps/run-step.ts';
import { snapshotStep } from '../../functions/steps/snapshot.ts';
import { suggestionsStep } from '../../functions/steps/suggestions.ts';
import { syncStep } from '../../functions/steps/sync.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { KeptSnapshotStore } from '../../functions/store/kept-snapshot-store.ts';
import { OpenWorkStore } from '../../functions/store/open-work-store.ts';
import { ScheduleStore } from '../../functions/store/schedule-store.ts';
import { SnapshotStore } from '../../functions/store/snapshot-store.ts';
import { SuggestionStore } from '../../functions/store/suggestion-store.ts';
import { HANDLERS } from '../../infra/handlers.ts';
import { executionsClient, TableCalls } from './aws/clients.ts';
import type { Invocation } from './aws/lambda.ts';
import type { Process } from './aws/process.ts';
import { isWorkflowFunction, type WorkflowFunction } from './workflow-functions.ts';
import { simpleEngine } from './world/engine.ts';
import type { World } from './world/world.ts';

/** The product's functions as processes run them: its own use cases and stores, on the simulated services. */

const TABLE = 'Table';
const RETENTION_DAYS = 30;
const KEEPING = { unusedSnapshotDays: 90, onUnchanged: () => {} };
/** Milliseconds that a function has, as the stack says. */
export function timeoutOf(name: keyof typeof HANDLERS): number {
  return HANDLERS[name].timeoutSeconds * 1000;
}

export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:JobWorkflow';

/** What any function is made of. */
export function portsOf(world: World, process: Process) {
  const options = {
    client: new TableCalls(world.table, process),
    tableName: TABLE,
    now: process.now,
    retentionDays: RETENTION_DAYS,
    pause: process.sleep,
  };
  const executions = stepFunctionsExecutions(
    executionsClient(world.stepFunctions, process),
    world.stepFunctions.stateMachineArn,
  );
  return {
    jobs: new JobStore(options),
    openWork: new OpenWorkStore(options),
    schedules: new ScheduleStore(options),
    suggestions: new SuggestionStore(options),
    snapshots: new SnapshotStore(options),
    kept: new KeptSnapshotStore(options),
    executions,
    bucket: world.bucket.usedBy(process),
    now: process.now,
    newJobId: () => jobId(process.newId()),
    newStepId: () => stepId(process.newId()),
    newEventId: () => eventId(process.newId()),
    newSnapshotId: process.newId,
  } satisfies DispatchPorts & Record<string, unknown>;
}
export type Ports = ReturnType<typeof portsOf>;

/** What a state of the workflow has done by a function. */
export function stateInvocation(world: World, name: string, payload: unknown): Invocation {
  if (!isWorkflowFunction(name)) throw new Error(`The workflow calls ${name}`);
  return {
    name,
    timeoutMs: timeoutOf(name),
    work: (process) =>
      name === 'settle'
        ? settleState(portsOf(world, process), payload)
        : step(world, process, name, payload),
  };
}

function step(
  world: World,
  process: Process,
  name: Exclude<WorkflowFunction, 'settle'>,
  payload: unknown,
): Promise<unknown> {
  const request = StepEvent.parse(payload);
  const ports = portsOf(world, process);
  const work = stepWork(world, process, ports, name, request.budgetId);
  const context = {
    awsRequestId: process.name,
    getRemainingTimeInMillis: process.millisecondsLeft,
  };
  return runStep(ports, request, workerOf(context, process.now), work);
}

function stepWork(
  world: World,
  process: Process,
  ports: Ports,
  name: Exclude<WorkflowFunction, 'settle'>,
  budget: BudgetId,
): StepWork {
  const actual = world.budgets.get(budget);
  if (actual === undefined) throw new Error('A budget that the simulation does not know');
  const budgets = actual.openedBy(process, () => world.faults.of('refused'));
  switch (name) {
    case 'sync':
      return syncStep({ ...ports, budgets, ...KEEPING });
    case 'apply':
      return applyStep({ ...ports, budgets });
    case 'snapshot':
      return snapshotStep({ ...ports, budgets, retentionDays: RETENTION_DAYS });
    case 'suggestions': {
      const proposing = {
        ...ports,
        extracts: ports.bucket,
        pendingDays: 90,
        retentionDays: 30,
        engine: simpleEngine,
      };
      const [forAll, forPayee] = [suggestionsStep(proposing), retryPayeeStep(proposing)];
      return (step) =>
        step.record.job.type === 'suggestions_retry_payee' ? forPayee(step) : forAll(step);
    }
  }
}

async function settleState(ports: Ports, payload: unknown): Promise<unknown> {
  const event = SettleEvent.parse(payload);
  if (!isNamedBy(event.executionId, event.jobId)) return { settled: false };
  await settle(ports, event.jobId, endingBy(event));
  return { settled: true };
}
