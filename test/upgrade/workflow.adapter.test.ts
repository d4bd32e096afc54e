import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import { budgetId, jobId } from '../../functions/domain/ids.ts';
import { JOB_TYPES } from '../../functions/domain/job.ts';
import { stepFunctionsExecutions } from '../../functions/handlers/adapters/executions.ts';
import { SettleEvent } from '../../functions/handlers/settle-event.ts';
import { StepEvent } from '../../functions/handlers/step-event.ts';
import type { FunctionInvoker, Resource } from '../../local/runtime/contract.ts';
import { Machine } from '../../local/runtime/states/machine.ts';
import { type Synthesized, synthesizedStack } from '../infra/assembly.ts';
import { type Fixture, fixtures } from './fixture.ts';

/** Executions that a version before began: its definition, and what its states send to the functions of this one. */

let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack();
});

const FUNCTION = /"FunctionName":"([^"]+)"/g;
const SNAPSHOT_GONE = 'SNAPSHOT_MISSING';

interface Call {
  readonly functionName: string;
  readonly payload: unknown;
}

/** Runs an execution as it was started. @param answer the error of a step, by how many steps were called before. */
type RunOf = (input: string, answer: (before: number) => string | null) => Promise<readonly Call[]>;

/** One machine for all of them: the interpreter takes long to make one. */
function runsOf({ definition }: Fixture): RunOf {
  const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:JobWorkflow';
  const resource: Resource = {
    logicalId: 'JobWorkflow',
    type: 'AWS::StepFunctions::StateMachine',
    physicalId: arn,
    arn,
    properties: { DefinitionString: withoutRetries(definition) },
  };
  let invoke: FunctionInvoker['invoke'];
  const machine = new Machine(resource, { invoke: (...call) => invoke(...call) });
  return async (input, answer) => {
    const calls: Call[] = [];
    let steps = 0;
    invoke = async (functionName, payload) => {
      calls.push({ functionName, payload });
      if (functionName.includes('Settle')) return { kind: 'success', payload: {} };
      const errorType = answer(steps);
      steps += 1;
      return errorType === null
        ? { kind: 'success', payload: {} }
        : { kind: 'error', error: { errorType, errorMessage: 'why' } };
    };
    const { jobId: name } = JSON.parse(input);
    const started = machine.run(
      { id: `${arn.replace('stateMachine', 'execution')}:${name}`, name },
      input,
      () => {},
    );
    await started.result.catch(() => undefined);
    return calls;
  };
}

/** Nothing is tried again: how often and how long after is told by other tests. */
function withoutRetries(definition: string): string {
  const { States, ...rest } = JSON.parse(definition);
  const states = Object.entries<Readonly<Record<string, unknown>>>(States).map(
    ([name, { Retry: _retries, ...state }]) => [name, state] as const,
  );
  return JSON.stringify({ ...rest, States: Object.fromEntries(states) });
}

describe.each(fixtures())('executions that version $version began', (fixture: Fixture) => {
  const executions = Object.entries(fixture.executions);
  const run = runsOf(fixture);

  it('are of every type of job that it had', () => {
    const branches = [...fixture.definition.matchAll(/"StringEquals":"(\w+)"/g)];
    const types = new Set(branches.map(([, type]) => type));
    expect(executions.map(([type]) => type).sort()).toEqual([...types].sort());
  });

  it('are of types that there are still', () => {
    const known: readonly string[] = JOB_TYPES;
    expect(executions.map(([type]) => type).filter((type) => !known.includes(type))).toEqual([]);
  });

  it('find their functions: none is replaced by one of another name', () => {
    const names = [...fixture.definition.matchAll(FUNCTION)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(5);
    const there = made.stack.resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .flatMap(({ arn, physicalId }) => [arn, physicalId]);
    expect([...new Set(names)].filter((name) => !there.includes(String(name)))).toEqual([]);
  });

  it('go on with the role that they began with, which may call their functions still', () => {
    const { resources } = made.stack;
    const machine = resources.find(({ type }) => type === 'AWS::StepFunctions::StateMachine');
    const role = resources.find(({ arn }) => arn === machine?.properties.RoleArn)?.logicalId ?? '';
    expect(Object.keys(fixture.resources)).toContain(role);
    const policies = resources
      .filter(({ properties: { Roles } }) => Array.isArray(Roles) && Roles.includes(role))
      .map(({ properties }) => JSON.stringify(properties.PolicyDocument));
    const called = [...fixture.definition.matchAll(FUNCTION)].map(([, name]) => `"${name}"`);
    expect(called.filter((name) => !policies.some((one) => one.includes(name)))).toEqual([]);
  });

  it.each(executions)(
    'of %s are started by the same bytes: a look at one starts no other',
    async (_type, input) => {
      const { jobId: id, budgetId: budget, type } = JSON.parse(input);
      let sent: unknown;
      const client = {
        send: async (command: unknown) => {
          if (command instanceof StartExecutionCommand) sent = command.input.input;
          return {};
        },
      };
      await stepFunctionsExecutions(client, 'arn:aws:states:::stateMachine:JobWorkflow').start({
        id: jobId(id),
        budgetId: budgetId(budget),
        type,
      });
      expect(sent).toBe(input);
    },
  );

  it.each(
    executions.flatMap(([type, input]) => [
      [type, 'goes well', input, () => null] as const,
      [type, 'fails', input, () => 'AUTH_FAILED'] as const,
      [
        type,
        'finds no snapshot first',
        input,
        (before: number) => (before === 0 ? SNAPSHOT_GONE : null),
      ] as const,
    ]),
  )('send what the functions take: %s that %s', async (_type, _how, input, answer) => {
    const calls = await run(input, answer);
    const settled = calls.filter(({ functionName }) => functionName.includes('Settle'));
    expect(settled).toHaveLength(1);
    expect(calls.length).toBeGreaterThan(1);
    for (const { functionName, payload } of calls) {
      const shape = functionName.includes('Settle') ? SettleEvent : StepEvent;
      expect(shape.safeParse(payload).error, functionName).toBeUndefined();
    }
  });
});
