import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvocationResult } from '../../local/runtime/contract.ts';
import { type Execution, Executions } from '../../local/runtime/states/executions.ts';
import { DefinitionError, Machine } from '../../local/runtime/states/machine.ts';

/** Executions of a definition, with the rules of Step Functions. */

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine';
const LAMBDA = 'arn:aws:states:::lambda:invoke';

const DEFINITION = {
  StartAt: 'Kind',
  States: {
    Kind: {
      Type: 'Choice',
      Choices: [{ Variable: '$.kind', StringEquals: 'quick', Next: 'End' }],
      Default: 'Work',
    },
    Work: {
      Type: 'Task',
      Resource: LAMBDA,
      Parameters: {
        FunctionName: 'work',
        Payload: {
          'kind.$': '$.kind',
          'id.$': '$$.Execution.Id',
          'redriveCount.$': '$$.Execution.RedriveCount',
        },
      },
      ResultPath: '$.result',
      Retry: [
        { ErrorEquals: ['BUSY'], IntervalSeconds: 1, MaxAttempts: 2, JitterStrategy: 'FULL' },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Tell' }],
      Next: 'End',
    },
    Tell: {
      Type: 'Task',
      Resource: LAMBDA,
      Parameters: { FunctionName: 'tell', Payload: { 'failure.$': '$.failure' } },
      ResultPath: null,
      Next: 'Failed',
    },
    Failed: { Type: 'Fail', ErrorPath: '$.failure.Error' },
    End: { Type: 'Succeed' },
  },
};

let calls: { readonly name: string; readonly payload: unknown }[];
let answers: (InvocationResult | Promise<InvocationResult>)[];
let statuses: string[];
let ended: Promise<Execution>;
let executions: Executions;

beforeEach(() => {
  calls = [];
  answers = [];
  statuses = [];
  ended = new Promise((resolve) => {
    executions = new Executions({
      onStatus: (execution) => {
        statuses.push(execution.status);
        if (execution.status !== 'RUNNING') resolve(execution);
      },
      onState: () => {},
      most: 2,
    });
  });
  executions.add(MACHINE);
});

/** The interpreter takes long to make one. */
const MACHINE = machine(DEFINITION);

function machine(definition: unknown): Machine {
  return new Machine(
    {
      logicalId: 'Machine',
      type: 'AWS::StepFunctions::StateMachine',
      physicalId: ARN,
      arn: ARN,
      properties: { DefinitionString: JSON.stringify(definition) },
    },
    {
      invoke: async (name, payload) => {
        calls.push({ name, payload });
        return answers.shift() ?? { kind: 'success', payload: { did: name } };
      },
    },
  );
}

const error = (errorType: string): InvocationResult => ({
  kind: 'error',
  error: { errorType, errorMessage: 'why' },
});
const start = (input = '{"kind":"long"}', name = 'job-1') => executions.start(ARN, name, input);
const EXECUTION = ARN.replace(':stateMachine:', ':execution:');

describe('an execution', () => {
  it('goes the way of its definition and hands its own id to its tasks, and that it was never redriven', async () => {
    start();
    expect(await ended).toMatchObject({
      status: 'SUCCEEDED',
      states: ['Kind', 'Work', 'End'],
      output: '{"kind":"long","result":{"StatusCode":200,"Payload":{"did":"work"}}}',
    });
    expect(calls).toEqual([
      { name: 'work', payload: { kind: 'long', id: `${EXECUTION}:job-1`, redriveCount: 0 } },
    ]);
    expect(statuses).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  it('keeps what each state was given and gave', async () => {
    start();
    const { history } = await ended;
    expect(history.slice(0, 4).map(({ type, state }) => [type, state.name])).toEqual([
      ['StateEntered', 'Kind'],
      ['StateExited', 'Kind'],
      ['StateEntered', 'Work'],
      ['StateExited', 'Work'],
    ]);
    expect(history[2]?.state.input).toEqual({ kind: 'long' });
    expect(JSON.stringify(history[3]?.state.output)).toContain('"did":"work"');
  });

  it('lets a task work for as long as its function may', async () => {
    vi.useFakeTimers();
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    answers = [promise];
    start();
    await vi.advanceTimersByTimeAsync(14 * 60_000);
    expect(statuses).toEqual(['RUNNING']);
    resolve({ kind: 'success', payload: null });
    expect((await ended).status).toBe('SUCCEEDED');
    vi.useRealTimers();
  });

  it('tries again what it is told to', async () => {
    answers = [error('BUSY'), error('BUSY')];
    start();
    expect((await ended).status).toBe('SUCCEEDED');
    expect(calls).toHaveLength(3);
  });

  it("catches an error by its name, with Lambda's account of it as the cause", async () => {
    answers = [error('CODE')];
    start();
    expect(await ended).toMatchObject({ status: 'FAILED', error: 'CODE' });
    expect(calls.at(-1)).toEqual({
      name: 'tell',
      payload: { failure: { Error: 'CODE', Cause: '{"errorType":"CODE","errorMessage":"why"}' } },
    });
  });

  it('is aborted when it is stopped, once', async () => {
    start();
    executions.stop(`${EXECUTION}:job-1`);
    executions.stop(`${EXECUTION}:job-1`);
    expect((await ended).status).toBe('ABORTED');
    expect(statuses).toEqual(['RUNNING', 'ABORTED']);
  });

  it('runs no task any more when it is stopped while it waits to try again', async () => {
    vi.useFakeTimers();
    answers = [error('BUSY')];
    start();
    await vi.advanceTimersByTimeAsync(0);
    executions.stop(`${EXECUTION}:job-1`);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(calls).toHaveLength(1);
    vi.useRealTimers();
  });

  it('runs no task any more when the one fails that it was stopped in', async () => {
    vi.useFakeTimers();
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    answers = [promise];
    start();
    await vi.advanceTimersByTimeAsync(0);
    executions.stop(`${EXECUTION}:job-1`);
    resolve(error('BUSY'));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(calls).toHaveLength(1);
    vi.useRealTimers();
  });

  it('runs no task any more when its time is over while it waits to try again', async () => {
    vi.useFakeTimers();
    const { Work } = DEFINITION.States;
    const Retry = [{ ErrorEquals: ['BUSY'], IntervalSeconds: 60 }];
    const States = { ...DEFINITION.States, Work: { ...Work, Retry } };
    executions.add(machine({ ...DEFINITION, States, TimeoutSeconds: 30 }));
    answers = [error('BUSY')];
    start();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await ended).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(calls).toHaveLength(1);
    vi.useRealTimers();
  });
});

describe('executions in memory', () => {
  it('are forgotten above a number, the oldest first, but for those that run', async () => {
    answers = [new Promise(() => {})];
    start('{"kind":"long"}', 'runs');
    start('{"kind":"quick"}', 'oldest');
    expect((await ended).name).toBe('oldest');
    start('{"kind":"quick"}', 'newest');
    expect(executions.list(ARN).map(({ name }) => name)).toEqual(['newest', 'runs']);
  });
});

describe('names of executions', () => {
  it('are idempotent while one runs with the same input', () => {
    expect(start()).toBe(start());
    expect(statuses).toEqual(['RUNNING']);
  });

  it('are taken for another input', () => {
    start();
    expect(() => start('{"kind":"other"}')).toThrow(
      expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
    );
  });

  it('are taken once an execution has ended', async () => {
    start('{"kind":"quick"}');
    await ended;
    expect(() => start('{"kind":"quick"}')).toThrow(
      expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
    );
  });

  it('that are unknown do not exist', () => {
    expect(() => executions.get(`${EXECUTION}:nobody`)).toThrow(
      expect.objectContaining({ name: 'ExecutionDoesNotExist' }),
    );
  });
});

describe('a definition', () => {
  it('in JSONata is refused: the interpreter would run it wrongly in silence', () => {
    expect(() => machine({ QueryLanguage: 'JSONata', ...DEFINITION })).toThrow(DefinitionError);
  });
});
