import type { Execution } from './executions.ts';

/** As EventBridge words the change of an execution's status. */
export function statusEvent(execution: Execution): Readonly<Record<string, unknown>> {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate } = execution;
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate: startDate.getTime(),
      stopDate: stopDate?.getTime() ?? null,
    },
  };
}
