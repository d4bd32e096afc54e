import * as z from 'zod';
import {
  type BudgetId,
  budgetId,
  eventId,
  executionId,
  jobId,
  stepId,
  workerId,
} from '../../functions/domain/ids.ts';
import { STEP_TYPES } from '../../functions/domain/job.ts';
import { stepFunctionsExecutions } from '../../functions/handlers/adapters/executions.ts';
import type { DispatchPorts } from '../../functions/jobs/dispatch.ts';
import { type Ending, endingOf, settle } from '../../functions/jobs/settle.ts';
import { applyStep } from '../../functions/steps/apply.ts';
import { retryPayeeStep } from '../../functions/steps/retry-payee.ts';
import { runStep, type StepWork } from '../../functions/steps/run-step.ts';
import { snapshotStep } from '../../functions/steps/snapshot.ts';
import { suggestionsStep } from '../../functions/steps/suggestions.ts';
import { syncStep } from '../../functions/steps/sync.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { KeptSnapshotStore } from '../../functions/store/kept-snapshot-store.ts';
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
    STATE_MACHINE_ARN,
  );
  return {
    jobs: new JobStore(options),
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
  const request = StepPayload.parse(payload);
  const ports = portsOf(world, process);
  const work = stepWork(world, process, ports, name, request.budgetId);
  const worker = { id: workerId(process.name), millisecondsLeft: timeoutOf(name) };
  return runStep(ports, request, worker, work);
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
      return syncStep({ ...ports, budgets });
    case 'apply':
      return applyStep({ ...ports, budgets });
    case 'snapshot':
      return snapshotStep({ ...ports, budgets, retentionDays: RETENTION_DAYS });
    case 'suggestions': {
      const proposing = { ...ports, extracts: ports.bucket, engine: simpleEngine };
      const [forAll, forPayee] = [suggestionsStep(proposing), retryPayeeStep(proposing)];
      return (step) =>
        step.record.job.type === 'suggestions_retry_payee' ? forPayee(step) : forAll(step);
    }
  }
}

const StepPayload = z.strictObject({
  jobId: z.string().transform(jobId),
  budgetId: z.string().transform(budgetId),
  executionId: z.string().transform(executionId),
  redriveCount: z.number(),
  step: z.enum(STEP_TYPES).exactOptional(),
});

const common = { jobId: z.string(), executionId: z.string(), redriveCount: z.number() };
const SettlePayload = z.discriminatedUnion('outcome', [
  z.strictObject({ ...common, outcome: z.literal('succeeded') }),
  z.strictObject({
    ...common,
    outcome: z.literal('failed'),
    failure: z.object({ Error: z.string(), Cause: z.string() }),
  }),
]);

async function settleState(ports: Ports, payload: unknown): Promise<unknown> {
  const event = SettlePayload.parse(payload);
  const id = jobId(event.jobId);
  if (!event.executionId.endsWith(`:${id}`)) return { settled: false };
  const ending: Ending =
    event.outcome === 'succeeded'
      ? { outcome: { status: 'succeeded' }, worker: 'over' }
      : endingOf(event.failure, id, event.redriveCount);
  await settle(ports, id, ending);
  return { settled: true };
}
