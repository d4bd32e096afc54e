import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type ExecutionId, executionId, type JobId } from '../../domain/ids.ts';
import type { Job } from '../../domain/job.ts';
import type { ExecutionState, Executions } from '../../jobs/dispatch.ts';

/**
 * Executions of a state machine, each named by its job's id.
 *
 * @param stateMachineArn ARN of the machine; the ARN of an execution follows from it and the name.
 */
export function stepFunctionsExecutions(client: SFNClient, stateMachineArn: string): Executions {
  return {
    idOf: (jobId) => executionIdOf(stateMachineArn, jobId),

    async start(job) {
      try {
        await client.send(
          new StartExecutionCommand({ stateMachineArn, name: job.id, input: inputOf(job) }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return 'exists';
        throw error;
      }
    },

    async describe(id) {
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn: id }));
        return status === undefined ? undefined : stateOf(status);
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },
  };
}

/** The ARN that the execution of a job has: `…:stateMachine:Name` becomes `…:execution:Name:<job id>`. */
export function executionIdOf(stateMachineArn: string, jobId: JobId): ExecutionId {
  return executionId(`${stateMachineArn.replace(':stateMachine:', ':execution:')}:${jobId}`);
}

/** Ids alone, in one fixed order: starting the same name again with the same bytes is idempotent. */
function inputOf(job: Pick<Job, 'id' | 'budgetId' | 'type'>): string {
  return JSON.stringify({ jobId: job.id, budgetId: job.budgetId, type: job.type });
}

function stateOf(status: ExecutionStatus): ExecutionState {
  switch (status) {
    case 'SUCCEEDED':
      return { status: 'succeeded' };
    case 'FAILED':
      return { status: 'failed' };
    case 'TIMED_OUT':
      return { status: 'timed_out' };
    case 'ABORTED':
      return { status: 'aborted' };
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return { status: 'running' };
  }
}
