import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type ExecutionId, executionId, type JobId } from '../../domain/ids.ts';
import type { Job } from '../../domain/job.ts';
import type { StoppedExecutions } from '../../jobs/cancel.ts';
import type { ExecutionState, Executions } from '../../jobs/dispatch.ts';
import type { Meter } from '../../store/meter.ts';
import { SMALL_CALLS } from './calls.ts';

/** The executions of a state machine, each call to which is counted. */
export function openExecutions(
  stateMachineArn: string,
  meter: Meter,
): Executions & StoppedExecutions {
  const client = new SFNClient(SMALL_CALLS);
  return stepFunctionsExecutions(meter.counting(client), stateMachineArn);
}

/** What Step Functions is asked through: its client of the SDK, or what answers in its place. */
export interface ExecutionsClient {
  send(command: StartExecutionCommand | StopExecutionCommand): Promise<unknown>;
  send(
    command: DescribeExecutionCommand,
  ): Promise<{ readonly status?: ExecutionStatus | undefined }>;
}

/**
 * Executions of a state machine, each named by its job's id.
 *
 * @param stateMachineArn ARN of the machine; the ARN of an execution follows from it and the name.
 */
export function stepFunctionsExecutions(
  client: ExecutionsClient,
  stateMachineArn: string,
): Executions & StoppedExecutions {
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

    async stop(id) {
      try {
        await client.send(
          new StopExecutionCommand({ executionArn: id, cause: 'The job was canceled.' }),
        );
      } catch (error) {
        if (!(error instanceof ExecutionDoesNotExist)) throw error;
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
