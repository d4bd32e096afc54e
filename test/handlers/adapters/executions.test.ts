import {
  type DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  type StartExecutionCommand,
  type StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { stepFunctionsExecutions } from '../../../functions/handlers/adapters/executions.ts';
import { BUDGET, JOB, newRecord } from '../../domain/builders.ts';

/** What the answers of Step Functions mean: by them a lock is kept, given back, or its job started once more. */

const MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:JobWorkflow';
const EXECUTION = `arn:aws:states:eu-central-1:111122223333:execution:JobWorkflow:${JOB}`;

/** Executions of a Step Functions that always answers the same. */
function answering(answer: { readonly status?: ExecutionStatus } | Error) {
  const asked: object[] = [];
  const executions = stepFunctionsExecutions(
    {
      send: async ({
        input,
      }: StartExecutionCommand | StopExecutionCommand | DescribeExecutionCommand) => {
        asked.push(input);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    MACHINE,
  );
  return { executions, asked, id: executions.idOf(JOB) };
}

const there = new ExecutionAlreadyExists({ message: '', $metadata: {} });
const gone = new ExecutionDoesNotExist({ message: '', $metadata: {} });
const refused = Object.assign(new Error('no'), { name: 'ThrottlingException' });

describe('an execution', () => {
  it.each([
    ['RUNNING', 'running'],
    ['PENDING_REDRIVE', 'running'],
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'timed_out'],
    ['ABORTED', 'aborted'],
  ] as const)('that is %s is taken for %s', async (status, meant) => {
    const { executions, asked, id } = answering({ status });
    expect(await executions.describe(id)).toEqual({ status: meant });
    expect(asked).toEqual([{ executionArn: EXECUTION }]);
  });

  it('is none where Step Functions knows none of the name', async () => {
    const { executions, id } = answering(gone);
    expect(await executions.describe(id)).toBeUndefined();
  });

  it('is started by the name of its job, with ids alone', async () => {
    const { executions, asked } = answering({});
    const { job } = newRecord({ type: 'budget_sync' });
    expect(await executions.start(job)).toBe('started');
    const input = JSON.stringify({ jobId: JOB, budgetId: BUDGET, type: 'budget_sync' });
    expect(asked).toEqual([{ stateMachineArn: MACHINE, name: JOB, input }]);
  });

  it('that is there already is told from one that was started', async () => {
    expect(await answering(there).executions.start(newRecord().job)).toBe('exists');
  });

  it('that is gone need not be stopped', async () => {
    const { executions, id } = answering(gone);
    await expect(executions.stop(id)).resolves.toBeUndefined();
  });

  it('of which nothing is known, since the call was refused, is neither there nor gone', async () => {
    const { executions, id } = answering(refused);
    await expect(executions.start(newRecord().job)).rejects.toThrow(refused);
    await expect(executions.describe(id)).rejects.toThrow(refused);
    await expect(executions.stop(id)).rejects.toThrow(refused);
  });
});
