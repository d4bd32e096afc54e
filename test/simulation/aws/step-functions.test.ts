import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { JOB_TYPES } from '../../../functions/domain/job.ts';
import { Random } from '../random.ts';
import { VirtualTime } from '../time.ts';
import { synthesizedDefinition } from '../workflow-definition.ts';
import type { InvocationResult } from './lambda.ts';
import { parseDefinition } from './states-language.ts';
import { StepFunctions } from './step-functions.ts';

/** The simulation's Step Functions takes the way that another interpreter of the same definition takes. */

const JSON_TEXT = synthesizedDefinition();
const DEFINITION = JSON.parse(JSON_TEXT);
const STATES: readonly string[] = Object.keys(DEFINITION.States);
/** Made once: most of a short run would be the check of its definition. */
const MACHINE = new StateMachine(DEFINITION, { validationOptions: { checkArn: false } });
const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:JobWorkflow';
const INPUT = { jobId: 'job', budgetId: 'budget' };

const COUNTS = { transactions: 1 };
const TaskParameters = z.object({ FunctionName: z.string(), Payload: z.unknown() });

/** Errors that the functions answer with, one after the other; then they succeed. */
type Script = Readonly<Partial<Record<string, readonly string[]>>>;

interface Way {
  /** The functions that were called, with what they were given. */
  readonly calls: readonly unknown[];
  readonly succeeded: boolean;
}

function player(script: Script) {
  const calls: unknown[] = [];
  const left = new Map(Object.entries(script).map(([name, errors]) => [name, [...(errors ?? [])]]));
  const play = (functionName: string, payload: unknown): InvocationResult => {
    const name = functionName.slice(functionName.lastIndexOf(':') + 1);
    calls.push([name, payload]);
    const error = left.get(name)?.shift();
    return error === undefined
      ? { kind: 'done', payload: COUNTS }
      : { kind: 'failed', error, cause: '{}' };
  };
  return { calls, play };
}

async function simulatedWay(type: string, script: Script): Promise<Way> {
  const { calls, play } = player(script);
  const time = new VirtualTime();
  const stepFunctions = new StepFunctions({
    time,
    random: new Random(1),
    trace: () => {},
    definition: parseDefinition(JSON_TEXT),
    stateMachineArn: ARN,
    invoke: (name, payload, answer) => time.after(1, () => answer(play(name, payload))),
    onEnded: () => {},
  });
  stepFunctions.start('job', JSON.stringify({ ...INPUT, type }));
  const execution = stepFunctions.executions.get('job');
  await time.run(() => execution?.status !== 'RUNNING');
  return { calls, succeeded: execution?.status === 'SUCCEEDED' };
}

async function interpretedWay(type: string, script: Script): Promise<Way> {
  const { calls, play } = player(script);
  const run = MACHINE.run(
    { ...INPUT, type },
    {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          STATES.map((state) => [
            state,
            async (parameters: unknown) => {
              const { FunctionName, Payload } = TaskParameters.parse(parameters);
              const result = play(FunctionName, Payload);
              if (result.kind === 'done') return { Payload: COUNTS };
              throw Object.assign(new Error(result.cause), { name: result.error });
            },
          ]),
        ),
        retryIntervalOverrides: Object.fromEntries(STATES.map((state) => [state, 0])),
      },
      context: {
        Execution: {
          Id: `${ARN.replace(':stateMachine:', ':execution:')}:job`,
          Name: 'job',
          RedriveCount: 0,
        },
      },
    },
  );
  const succeeded = await run.result.then(
    () => true,
    () => false,
  );
  return { calls, succeeded };
}

const SCRIPTS: readonly (readonly [string, Script])[] = [
  ['all goes well', {}],
  ['the sync fails once and is tried again', { sync: ['SERVER_UNREACHABLE'] }],
  ['the sync fails for good', { sync: ['AUTH_FAILED'] }],
  ['the sync fails each time', { sync: Array.from({ length: 9 }, () => 'SERVER_THROTTLED') }],
  ['a worker dies twice', { sync: ['Runtime.ExitError', 'Runtime.ExitError'] }],
  ['a job is being written as its step begins', { sync: ['JobChanging', 'JobChanging'] }],
  ['different errors are counted apart', { sync: ['Runtime.ExitError', 'SERVER_UNREACHABLE'] }],
  ['there is no snapshot', { suggestions: ['SNAPSHOT_MISSING'] }],
  ['there is no snapshot twice', { suggestions: ['SNAPSHOT_MISSING', 'SNAPSHOT_DAMAGED'] }],
  ['a step is no longer its own', { apply: ['JobNotRunning'], snapshot: ['JobNotRunning'] }],
  ['the settling fails at first', { settle: ['UNKNOWN', 'Lambda.ServiceException'] }],
  ['a worker is cut off', { apply: ['Sandbox.Timedout'], sync: ['Sandbox.Timedout'] }],
];

describe.each(JOB_TYPES)('%s', (type) => {
  it.each(SCRIPTS)('takes the same way when %s', async (_what, script) => {
    expect(await simulatedWay(type, script)).toEqual(await interpretedWay(type, script));
  });
});

describe('an execution', () => {
  it('of a type that nobody knows is settled as failed', async () => {
    const way = await simulatedWay('nothing', {});
    expect(way.calls).toEqual([['settle', expect.objectContaining({ outcome: 'failed' })]]);
    expect(way).toEqual(await interpretedWay('nothing', {}));
  });

  it('ends at its time limit, whatever its functions do', async () => {
    const time = new VirtualTime();
    const stepFunctions = new StepFunctions({
      time,
      random: new Random(1),
      trace: () => {},
      definition: parseDefinition(JSON_TEXT),
      stateMachineArn: ARN,
      invoke: () => {},
      onEnded: () => {},
    });
    stepFunctions.start('job', JSON.stringify({ ...INPUT, type: 'budget_sync' }));
    await time.run(() => false);
    expect(stepFunctions.executions.get('job')?.status).toBe('TIMED_OUT');
    expect(time.minutes).toBe(120);
  });
});
