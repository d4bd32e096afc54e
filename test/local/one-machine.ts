import type { FunctionInvoker } from '../../local/runtime/contract.ts';
import { Machine } from '../../local/runtime/states/machine.ts';

/** A state machine as a template has it, over functions that answer as a test says. */

export const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine';
const LAMBDA = 'arn:aws:states:::lambda:invoke';

export const DEFINITION = {
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
      // Without jitter, which can be a wait of nothing: some tests stop an execution while it waits.
      Retry: [{ ErrorEquals: ['BUSY'], IntervalSeconds: 1, MaxAttempts: 2 }],
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

export function machineOf(definition: unknown, invoke: FunctionInvoker['invoke']): Machine {
  return new Machine(
    {
      logicalId: 'Machine',
      type: 'AWS::StepFunctions::StateMachine',
      physicalId: ARN,
      arn: ARN,
      properties: { DefinitionString: JSON.stringify(definition) },
    },
    { invoke },
  );
}
