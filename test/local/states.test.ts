import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvocationResult } from '../../local/runtime/contract.ts';
import { type Execution, Executions } from '../../local/runtime/states/executions.ts';
import { DefinitionError, type Machine } from '../../local/runtime/states/machine.ts';
import { ARN, DEFINITION, machineOf } from './one-machine.ts';

/** Executions of a definition, with the rules of Step Functions. */

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
  return machineOf(definition, async (name, payload) => {
    calls.push({ name, payload });
    return answers.shift() ?? { kind: 'success', payload: { did: name } };
  });
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
    vi.useFakeTimers();
    answers = [error('BUSY'), error('BUSY')];
    start();
    await vi.advanceTimersByTimeAsync(3_000);
    expect((await ended).status).toBe('SUCCEEDED');
    expect(calls).toHaveLength(3);
    vi.useRealTimers();
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

  it('sees a function without room as Step Functions names that', async () => {
    answers = [{ kind: 'throttled' }];
    start();
    expect((await ended).error).toBe('Lambda.TooManyRequestsException');
  });

  it('fails by the error that nothing catches', async () => {
    answers = [error('CODE'), error('OTHER')];
    start();
    const cause = '{"errorType":"OTHER","errorMessage":"why"}';
    expect(await ended).toMatchObject({ status: 'FAILED', error: 'OTHER', cause });
  });
});

describe('an execution that is over runs no task any more', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['stopped', ['RUNNING', 'ABORTED'], () => executions.stop(`${EXECUTION}:job-1`)],
    ['ended without a word, as its machine goes off', ['RUNNING'], () => executions.close()],
  ])('where it was %s while it waited for another try', async (_how, said, stop) => {
    answers = [error('BUSY')];
    start();
    await vi.advanceTimersByTimeAsync(0);
    stop();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([calls.length, statuses]).toEqual([1, said]);
  });

  it('where the one fails that it was stopped in', async () => {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    answers = [promise];
    start();
    await vi.advanceTimersByTimeAsync(0);
    executions.stop(`${EXECUTION}:job-1`);
    resolve(error('BUSY'));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(calls).toHaveLength(1);
  });

  it('where its time was over while it waited for another try', async () => {
    const Retry = [{ ErrorEquals: ['BUSY'], IntervalSeconds: 60 }];
    const States = { ...DEFINITION.States, Work: { ...DEFINITION.States.Work, Retry } };
    executions.add(machine({ ...DEFINITION, States, TimeoutSeconds: 30 }));
    answers = [error('BUSY')];
    start();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await ended).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(calls).toHaveLength(1);
  });
});

it('an execution that has ended leaves no timer, which would keep the process from its end', async () => {
  vi.useFakeTimers();
  start();
  await ended;
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
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
