import type { LocalCredentials } from '../contract.ts';
import type { Fields } from '../fields.ts';
import { statesAttempts } from '../rights/attempts.ts';
import type { RightsGuard } from '../rights/guard.ts';
import { startJsonService } from '../services/json-service.ts';
import type { LoopbackService } from '../services/loopback.ts';
import type { Execution, Executions } from './executions.ts';
import type { StateEvent } from './machine.ts';

/** Step Functions' own protocol over the executions of this machine. */
export function startStates(options: {
  readonly executions: Executions;
  readonly credentials: LocalCredentials;
  readonly guard: RightsGuard;
}): Promise<LoopbackService> {
  const { executions } = options;
  return startJsonService({
    credentials: options.credentials,
    guarded: { guard: options.guard, attemptsOf: statesAttempts },
    operations: {
      StartExecution: ({ stateMachineArn, name, input }) => {
        const started = executions.start(String(stateMachineArn), String(name), String(input));
        return { executionArn: started.executionArn, startDate: seconds(started.startDate) };
      },
      DescribeExecution: ({ executionArn }) => described(executions.get(String(executionArn))),
      StopExecution: ({ executionArn }) => {
        const { stopDate = new Date() } = executions.stop(String(executionArn));
        return { stopDate: seconds(stopDate) };
      },
      ListExecutions: ({ stateMachineArn }) => ({
        executions: executions.list(String(stateMachineArn)).map(summary),
      }),
      GetExecutionHistory: ({ executionArn }) => ({
        events: executions.get(String(executionArn)).history.flatMap(historyEvent),
      }),
    },
  });
}

function summary(execution: Execution): Fields {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate } = execution;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate: seconds(startDate),
    ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }),
  };
}

function described(execution: Execution): Fields {
  const { input, output, error, cause } = execution;
  return { ...summary(execution), input, output, error, cause };
}

/** Of what happens to a state, Step Functions tells of its beginning and its end under names of its own. */
function historyEvent({ type, state }: StateEvent, index: number): readonly Fields[] {
  const { name } = state;
  const id = index + 1;
  if (type === 'StateEntered') {
    const stateEnteredEventDetails = { name, input: JSON.stringify(state.input) };
    return [{ id, type: `${state.type}StateEntered`, stateEnteredEventDetails }];
  }
  if (type !== 'StateExited') return [];
  const stateExitedEventDetails = { name, output: JSON.stringify(state.output) };
  return [{ id, type: `${state.type}StateExited`, stateExitedEventDetails }];
}

function seconds(date: Date): number {
  return date.getTime() / 1000;
}
