import aslValidator from 'asl-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { JOB_TYPES } from '../../functions/domain/job.ts';
import { RETRIED_ONCE, RETRIED_WITH_BACKOFF, STATE } from '../../functions/names.ts';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** The state machine as it is deployed, read off the synthesized template. */

let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack();
});

describe('JobWorkflow', () => {
  const machine = () =>
    made.stack.resources.find(({ type }) => type === 'AWS::StepFunctions::StateMachine')
      ?.properties;
  const definition = () => JSON.parse(String(machine()?.DefinitionString));
  const tasks = () =>
    Object.entries<{
      readonly Type: string;
      readonly Catch?: readonly {
        readonly ErrorEquals: readonly string[];
        readonly Next: string;
      }[];
      readonly Retry: readonly {
        readonly ErrorEquals: readonly string[];
        readonly MaxAttempts: number;
      }[];
      readonly Parameters: { readonly Payload: Readonly<Record<string, string>> };
    }>(definition().States).filter(([, state]) => state.Type === 'Task');

  it('gives each step as long as Lambda has', () => {
    const steps = made.stack.resources.filter(({ logicalId }) =>
      /^Functions(Sync|Suggestions|Apply|Snapshot)Function[0-9A-F]{8}$/.test(logicalId),
    );
    expect(steps.map(({ properties }) => properties.Timeout)).toEqual([900, 900, 900, 900]);
  });

  // Only executions of such a one can be found again by their job, stopped, and told of when they ended.
  it('is one whose executions have a name and an end', () => {
    expect(machine()?.StateMachineType).toBe('STANDARD');
  });

  it('logs which states an execution went through, and nothing of what they were given', () => {
    expect(machine()?.LoggingConfiguration).toMatchObject({
      Level: 'ALL',
      IncludeExecutionData: false,
    });
  });

  it('is a valid definition with the states that everybody names', () => {
    expect(aslValidator(definition()).isValid).toBe(true);
    expect(Object.keys(definition().States).sort()).toEqual(Object.values(STATE).sort());
  });

  it('has a branch for each type of job, and for nothing else', () => {
    const { Choices } = definition().States[STATE.jobType];
    const types = Choices.map(
      ({ StringEquals }: { readonly StringEquals: string }) => StringEquals,
    );
    expect(types.sort()).toEqual([...JOB_TYPES].sort());
  });

  it('catches every error of a step and settles the job', () => {
    for (const [name, state] of tasks()) {
      if (name.startsWith('Settle')) continue;
      expect(state.Catch?.at(-1)).toMatchObject({
        ErrorEquals: ['States.ALL'],
        Next: STATE.settleFailed,
      });
    }
  });

  it('tries again what is transient with backoff, and once what is not', () => {
    for (const [name, state] of tasks()) {
      if (name.startsWith('Settle')) continue;
      const attempts = (error: string) =>
        state.Retry.find(({ ErrorEquals }) => ErrorEquals.includes(error))?.MaxAttempts;
      for (const error of RETRIED_WITH_BACKOFF) {
        expect(attempts(error)).toBe(name.startsWith('Scheduled') ? 3 : 2);
      }
      for (const error of RETRIED_ONCE) expect(attempts(error)).toBe(1);
      expect(attempts('Lambda.TooManyRequestsException')).toBeGreaterThan(1);
    }
  });

  it('writes the end of a job again and again where that fails, and tells how it failed', () => {
    const settling = tasks().filter(([name]) => name.startsWith('Settle'));
    const retried = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 20 }];
    for (const [, { Retry }] of settling) expect(Retry).toMatchObject(retried);
    const ids = ['executionId.$', 'jobId.$', 'outcome', 'redriveCount.$'];
    expect(
      Object.fromEntries(
        settling.map(([name, { Parameters }]) => [name, Object.keys(Parameters.Payload).sort()]),
      ),
    ).toEqual({
      SettleSucceeded: ids,
      SettleFailed: [...ids, 'failure'].sort(),
    });
  });

  it('hands ids alone to the functions', () => {
    for (const [name, state] of tasks()) {
      const fields = Object.keys(state.Parameters.Payload).filter((field) => field !== 'step');
      if (name.startsWith('Settle')) continue;
      expect(fields.sort()).toEqual(['budgetId.$', 'executionId.$', 'jobId.$', 'redriveCount.$']);
    }
  });
});

describe('a workflow that is told how to try again', () => {
  const asked = { intervalSeconds: 7, maxAttempts: 4, backoffRate: 1.5 };
  const scheduled = { intervalSeconds: 90, maxAttempts: 5, backoffRate: 2.5 };
  let retries: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

  beforeAll(async () => {
    const told = await synthesizedStack({ retry: asked, scheduledRetry: scheduled });
    const machine = told.stack.resources.find(
      ({ type }) => type === 'AWS::StepFunctions::StateMachine',
    );
    const { States } = JSON.parse(String(machine?.properties.DefinitionString));
    retries = { asked: States[STATE.sync].Retry, scheduled: States[STATE.scheduledSync].Retry };
  });

  it.each([
    ['asked', asked],
    ['scheduled', scheduled],
  ] as const)('does so in a job that is %s', (which, told) => {
    const { intervalSeconds, maxAttempts, backoffRate } = told;
    const retryOf = (error: string) =>
      retries[which]?.find(({ ErrorEquals }) => [ErrorEquals].flat().includes(error));
    const waits = {
      IntervalSeconds: intervalSeconds,
      MaxAttempts: maxAttempts,
      BackoffRate: backoffRate,
      MaxDelaySeconds: 900,
    };
    expect(retryOf('SERVER_UNREACHABLE')).toMatchObject(waits);
    expect(retryOf('Lambda.TooManyRequestsException')).toMatchObject(waits);
    expect(retryOf('Lambda.ServiceException')).toMatchObject({
      IntervalSeconds: 960,
      MaxAttempts: maxAttempts,
      BackoffRate: 1,
    });
    for (const error of RETRIED_ONCE) {
      expect(retryOf(error)).toMatchObject({ IntervalSeconds: intervalSeconds, MaxAttempts: 1 });
    }
  });
});
