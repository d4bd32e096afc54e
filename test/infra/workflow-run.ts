import { vi } from 'vitest';
import type { FunctionInvoker, InvocationResult, Resource } from '../../local/runtime/contract.ts';
import { Machine } from '../../local/runtime/states/machine.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { resolveStack } from '../../local/template/resolve.ts';
import { synthesizedByDefault } from '../e2e/assemblies.ts';

/** How an execution of the synthesized workflow went, in virtual time. */
export interface Run {
  /** States in the order they were entered. */
  readonly states: readonly string[];
  /** Seconds from the start, for each call of the function of the steps. */
  readonly calls: readonly number[];
  /** What the job is settled with. */
  readonly settled: unknown;
  /** Whether the execution went its way to its end. */
  readonly succeeded: boolean;
}

/**
 * Runs a job of this type, for two hours of the fake timers.
 *
 * @param answer what a step's function answers, by the function's name and how often it was called before.
 * @param settling what the settling one answers, by the seconds since the start.
 */
export type RunOf = (
  type: string,
  answer: (functionName: string, before: number) => string | null,
  settling?: (seconds: number) => string | null,
) => Promise<Run>;

/** The synthesized workflow, as it is deployed by default. */
export async function openWorkflow(): Promise<RunOf> {
  const assembly = readAssembly(await synthesizedByDefault());
  const stack = resolveStack(assembly, { apiEndpoint: 'http://127.0.0.1' });
  const workflow = stack.resources.find(({ type }) => type === 'AWS::StepFunctions::StateMachine');
  if (workflow === undefined) throw new Error('There is no state machine');
  return runsOf(workflow);
}

/** One machine for all of them: the interpreter compiles the schema of the language anew for each machine. */
function runsOf(workflow: Resource): RunOf {
  const running = new Map<string, FunctionInvoker['invoke']>();
  const machine = new Machine(workflow, {
    invoke: async (name, payload) => {
      const invoke = running.get(Object(payload).executionId);
      if (invoke === undefined) throw new Error('No execution of this id runs');
      return invoke(name, payload);
    },
  });

  return async (type, answer, settling = () => null) => {
    const start = Date.now();
    const calls: number[] = [];
    const states: string[] = [];
    const before = new Map<string, number>();
    let settled: unknown;
    const id = `execution-${running.size + 1}`;
    running.set(id, async (name, payload) => {
      if (name.includes('Settle')) {
        settled = payload;
        return answered(settling((Date.now() - start) / 1000));
      }
      calls.push((Date.now() - start) / 1000);
      const count = before.get(name) ?? 0;
      before.set(name, count + 1);
      return answered(answer(name, count));
    });
    const input = JSON.stringify({ jobId: 'job', budgetId: 'budget', type });
    const started = machine.run({ id, name: 'job' }, input, (event) => {
      if (event.type === 'StateEntered') states.push(event.state.name);
    });
    const ended = started.result.then(
      () => true,
      () => false,
    );
    await vi.advanceTimersByTimeAsync(2 * 3_600_000);
    return { calls, states, settled, succeeded: await ended };
  };
}

function answered(errorType: string | null): InvocationResult {
  return errorType === null
    ? { kind: 'success', payload: {} }
    : { kind: 'error', error: { errorType, errorMessage: 'why' } };
}

/** Seconds between the calls. */
export const gaps = (calls: readonly number[]) =>
  calls.slice(1).map((call, index) => call - (calls[index] ?? 0));
