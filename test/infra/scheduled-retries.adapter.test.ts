import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FunctionInvoker, InvocationResult } from '../../local/runtime/contract.ts';
import { type Execution, Executions } from '../../local/runtime/states/executions.ts';
import { Machine } from '../../local/runtime/states/machine.ts';
import { synthesizedStack } from './assembly.ts';

/** The synthesized workflow of a scheduled job, run by its own definition in virtual time. */

const MINUTE = 60_000;

/** The interpreter takes long to make one, so there is one for all executions, which `invoke` answers. */
let machine: Machine;
let invoke: FunctionInvoker['invoke'];
/** What was called, and how many minutes after the start. */
let calls: (readonly [name: string, minute: number])[] = [];
let execution: Execution;

beforeAll(async () => {
  const { stack } = await synthesizedStack();
  const found = stack.resources.find(({ type }) => type === 'AWS::StepFunctions::StateMachine');
  if (found === undefined) throw new Error('The stack has no state machine');
  machine = new Machine(found, { invoke: (...call) => invoke(...call) });
});

beforeEach(() => {
  calls = [];
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

interface Behaviour {
  readonly type?: string;
  /** What the call of a function gives; success unless it says otherwise. */
  readonly answer?: (name: string, call: number) => InvocationResult | undefined;
  /** How long a step works. */
  readonly minutes?: number;
}

/** Starts an execution and lets so many minutes go by. */
async function run(minutes: number, behaviour: Behaviour): Promise<void> {
  const { type = 'scheduled_sync_and_suggest', answer } = behaviour;
  const begun = Date.now();
  const executions = new Executions({ onStatus: () => {}, onState: () => {} });
  executions.add(machine);
  invoke = async (functionName) => {
    const name = /Functions(.+)Function/.exec(functionName)?.[1] ?? '';
    calls.push([name, (Date.now() - begun) / MINUTE]);
    const call = calls.filter(([other]) => other === name).length;
    if (name !== 'Settle' && behaviour.minutes !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, (behaviour.minutes ?? 0) * MINUTE));
    }
    return answer?.(name, call) ?? { kind: 'success', payload: {} };
  };
  const input = JSON.stringify({ jobId: 'job', budgetId: 'budget', type });
  execution = executions.start(machine.arn, 'job', input);
  await vi.advanceTimersByTimeAsync(minutes * MINUTE);
}

const failing = (errorType: string): InvocationResult => ({
  kind: 'error',
  error: { errorType, errorMessage: '' },
});
const timesOf = (name: string) => calls.filter(([other]) => other === name).map(([, at]) => at);

describe('a scheduled job', () => {
  it.each(['SERVER_UNREACHABLE', 'SERVER_THROTTLED', 'LOGIN_THROTTLED'])(
    'waits 1, 5 and 15 minutes when it meets %s, and then fails',
    async (code) => {
      await run(60, { answer: (name) => (name === 'Sync' ? failing(code) : undefined) });
      expect(timesOf('Sync')).toEqual([0, 1, 6, 21]);
      expect(timesOf('Settle')).toEqual([21]);
      expect(execution).toMatchObject({ status: 'FAILED', error: code });
    },
  );

  it('waits exactly as long each time: its times are planned, not spread', async () => {
    const answer: Behaviour['answer'] = (name) =>
      name === 'Sync' ? failing('SERVER_UNREACHABLE') : undefined;
    for (let again = 0; again < 5; again += 1) {
      calls = [];
      await run(60, { answer });
      expect(timesOf('Sync')).toEqual([0, 1, 6, 21]);
    }
  });

  it('goes on as soon as the server is back', async () => {
    await run(60, {
      answer: (name, call) =>
        name === 'Sync' && call < 3 ? failing('SERVER_UNREACHABLE') : undefined,
    });
    expect(calls).toEqual([
      ['Sync', 0],
      ['Sync', 1],
      ['Sync', 6],
      ['Suggestions', 6],
      ['Settle', 6],
    ]);
    expect(execution.status).toBe('SUCCEEDED');
  });

  it('waits as long between tries of its second step', async () => {
    await run(60, {
      answer: (name) => (name === 'Suggestions' ? failing('SERVER_THROTTLED') : undefined),
    });
    expect(timesOf('Suggestions')).toEqual([0, 1, 6, 21]);
  });

  it.each(['AUTH_FAILED', 'BUDGET_NOT_FOUND', 'Sandbox.Timedout'])(
    'does not try again what waiting does not help: %s',
    async (code) => {
      await run(60, { answer: (name) => (name === 'Sync' ? failing(code) : undefined) });
      expect(timesOf('Sync')).toEqual([0]);
    },
  );

  it('that tries and works for as long as it may has two hours for all of it', async () => {
    const answer: Behaviour['answer'] = (name, call) =>
      name !== 'Settle' && call < 4 ? failing('SERVER_UNREACHABLE') : undefined;
    await run(119, { answer, minutes: 14.9 });
    expect(execution.status).toBe('RUNNING');
    await vi.advanceTimersByTimeAsync(1 * MINUTE);
    expect(execution).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
  });
});

describe('a job that somebody asked for', () => {
  it('does not wait for minutes', async () => {
    await run(60, {
      type: 'sync_and_suggest',
      answer: (name) => (name === 'Sync' ? failing('SERVER_UNREACHABLE') : undefined),
    });
    expect(Math.max(...timesOf('Settle'))).toBeLessThan(1);
  });
});
