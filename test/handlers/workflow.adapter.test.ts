import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { uuid } from '../domain/builders.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { gatewayEvent, jobIn, lambdaContext, post, send } from './gateway.ts';
import { record, startWorkflow, type Workflow } from './workflow.ts';

/** The functions between the table and the workflow, as deployed: a real table, a Step Functions that only listens. */

const EXECUTION = `${STATE_MACHINE_ARN.replace(':stateMachine:', ':execution:')}:`;

let workflow: Workflow;
let stepFunctions: Workflow['stepFunctions'];
let budgets = 0xb00;
let budgetId = '';

beforeAll(async () => {
  workflow = await startWorkflow();
  ({ stepFunctions } = workflow);
});

afterAll(() => workflow.stop());

beforeEach(() => {
  budgetId = uuid(budgets++);
  stepFunctions.asked = [];
  stepFunctions.refusal = undefined;
});

async function createdJob(): Promise<string> {
  return jobIn(await send(workflow.create, post({ type: 'budget_sync', budgetId }))).id;
}

async function shown(jobId: string) {
  return jobIn(await send(workflow.get, gatewayEvent({ pathParameters: { jobId } })));
}

const statusOf = async (jobId: string) => (await shown(jobId)).status;

function streamed(...Records: readonly object[]): Promise<unknown> {
  return workflow.dispatch({ Records }, lambdaContext());
}

async function runningJob(): Promise<string> {
  const id = await createdJob();
  await streamed(record(budgetId, '1'));
  return id;
}

describe('the dispatch function', () => {
  it('starts the execution that is named by the job, with ids alone and always the same bytes', async () => {
    const id = await createdJob();
    expect(await streamed(record(budgetId, '1'))).toEqual({ batchItemFailures: [] });
    const input = `{"jobId":"${id}","budgetId":"${budgetId}","type":"budget_sync"}`;
    expect(stepFunctions.asked).toEqual([{ stateMachineArn: STATE_MACHINE_ARN, name: id, input }]);
    expect(await statusOf(id)).toBe('running');
  });

  it('leaves the next job of the budget in line', async () => {
    await runningJob();
    const second = await createdJob();
    await streamed(record(budgetId, '2'));
    expect(await statusOf(second)).toBe('queued');
  });

  it('looks once at a budget, however many of its records come', async () => {
    await createdJob();
    await streamed(record(budgetId, '1'), record(budgetId, '2'), record(budgetId, '3'));
    expect(stepFunctions.asked).toHaveLength(1);
  });

  it.each([
    ['of nothing known', { SequenceNumber: '7', Keys: { Other: { S: 'x' } } }],
    ['without keys', { SequenceNumber: '7' }],
    ['of no budget', record('no-uuid', '7').dynamodb],
  ])(
    'names a record %s as failed, so that it is set aside and seen, and looks at the others',
    async (_what, dynamodb) => {
      const id = await createdJob();
      expect(await streamed(record(uuid(1), '6'), { dynamodb }, record(budgetId, '8'))).toEqual({
        batchItemFailures: [{ itemIdentifier: '7' }],
      });
      expect(await statusOf(id)).toBe('running');
    },
  );

  it.each([[{}], [{ dynamodb: null }], [{ dynamodb: { SequenceNumber: '' } }]])(
    'refuses a batch with a record that cannot be named (%j): Lambda halves it until that one is alone',
    async (nameless) => {
      await expect(streamed(record(budgetId, '8'), nameless)).rejects.toThrow('expected shape');
    },
  );

  it('asks for those records again whose look failed', async () => {
    const first = budgetId;
    await createdJob();
    stepFunctions.refusal = 'AccessDeniedException';
    expect(await streamed(record(first, '4'), record(uuid(budgets++), '5'))).toEqual({
      batchItemFailures: [{ itemIdentifier: '4' }],
    });
    stepFunctions.refusal = undefined;
    expect(await streamed(record(first, '4'))).toEqual({ batchItemFailures: [] });
  });
});

const settled = (jobId: string, said: object) =>
  workflow.settle({ jobId, executionId: EXECUTION + jobId, ...said }, lambdaContext());

describe('the settle function', () => {
  it('ends a job, and the next one of its budget starts', async () => {
    const first = await runningJob();
    const second = await createdJob();
    const ended = await settled(first, { outcome: 'succeeded' });
    expect(ended).toEqual({ settled: true, status: 'succeeded' });
    await streamed(record(budgetId, '2'));
    expect(await statusOf(second)).toBe('running');
  });

  it('ends a failed job with the code and sentence that its step gave', async () => {
    const id = await runningJob();
    const { code, reason } = failure('VERSION_MISMATCH', 'It has version 2, known is 1.');
    const Cause = JSON.stringify({ errorType: code, errorMessage: reason });
    const ended = await settled(id, { outcome: 'failed', failure: { Error: code, Cause } });
    expect(ended).toEqual({ settled: true, status: 'failed' });
    expect(await shown(id)).toMatchObject({ failureCode: code, failureReason: reason });
  });

  it('says nothing of an error that nobody foresaw', async () => {
    const id = await runningJob();
    const failed = { Error: 'TypeError', Cause: '{"errorMessage":"hunter2"}' };
    await settled(id, { outcome: 'failed', failure: failed });
    const job = await shown(id);
    expect(job).toMatchObject({ failureCode: 'UNKNOWN' });
    expect(JSON.stringify(job)).not.toContain('hunter2');
  });

  it('calls a job off whose execution was redriven, and says in its history what to do instead', async () => {
    const id = await runningJob();
    const failed = { Error: 'JobNotRunning', Cause: '{}' };
    const ended = await settled(id, { outcome: 'failed', failure: failed, redriveCount: 1 });
    expect(ended).toEqual({ settled: true, status: 'canceled' });
    const { body } = await send(workflow.events, gatewayEvent({ pathParameters: { jobId: id } }));
    expect(JSON.stringify(body)).toContain('Use POST /jobs/{jobId}/retry.');
  });

  it('takes a redriven execution at its word that has only the end of its job left to write', async () => {
    const id = await runningJob();
    const ended = await settled(id, { outcome: 'succeeded', redriveCount: 1 });
    expect(ended).toEqual({ settled: true, status: 'succeeded' });
  });

  it.each(['succeeded', 'failed'])(
    'does not listen to a copy of the execution under another name that %s',
    async (outcome) => {
      const id = await runningJob();
      const failed = { Error: 'JobNotRunning', Cause: '{}' };
      for (const executionId of [`${EXECUTION}copy`, `${EXECUTION}copy-${id}`]) {
        const event = { jobId: id, executionId, outcome, failure: failed };
        expect(await workflow.settle(event, lambdaContext())).toEqual({ settled: false });
      }
      expect(await statusOf(id)).toBe('running');
    },
  );
});

describe('the cancel function', () => {
  const canceled = (jobId: string) =>
    send(
      workflow.cancel,
      gatewayEvent({ method: 'POST', path: `/jobs/${jobId}/cancel`, pathParameters: { jobId } }),
    );

  it('ends the job, and stops the execution that is named by it', async () => {
    const id = await runningJob();
    expect(jobIn(await canceled(id)).status).toBe('canceled');
    expect(stepFunctions.asked.at(-1)).toEqual({
      executionArn: EXECUTION + id,
      cause: 'The job was canceled.',
    });
  });

  it('lets the next job of the budget start', async () => {
    const id = await runningJob();
    const next = await createdJob();
    await canceled(id);
    await streamed(record(budgetId, '2'));
    expect(await statusOf(next)).toBe('running');
  });

  it.each(['ExecutionDoesNotExist', 'AccessDeniedException'])(
    'has canceled the job although Step Functions says %s',
    async (error) => {
      const id = await runningJob();
      stepFunctions.refusal = error;
      const answer = await canceled(id);
      expect([answer.status, jobIn(answer).status]).toEqual([200, 'canceled']);
      expect((await canceled(id)).status).toBe(200);
    },
  );
});

describe("the function that hears of executions' ends", () => {
  it.each([
    ['SUCCEEDED', 'succeeded', null],
    ['FAILED', 'failed', 'UNKNOWN'],
    ['TIMED_OUT', 'failed', 'TIMED_OUT'],
    ['ABORTED', 'canceled', null],
  ])(
    'settles the job of one that is %s as %s, with the failure %s',
    async (status, ...expected) => {
      const id = await runningJob();
      await workflow.settleExecution({ name: id, status }, lambdaContext());
      const job = await shown(id);
      expect([job.status, job.failureCode]).toEqual(expected);
    },
  );

  it.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])(
    'changes nothing about a job that has ended, or waits in line, when one is %s',
    async (status) => {
      const ended = await runningJob();
      const waiting = await createdJob();
      await settled(ended, { outcome: 'succeeded' });
      for (const name of [ended, waiting])
        await workflow.settleExecution({ name, status }, lambdaContext());
      expect([await statusOf(ended), await statusOf(waiting)]).toEqual(['succeeded', 'queued']);
    },
  );

  it('takes an event too that EventBridge could not deliver and set aside as it was', async () => {
    const id = await runningJob();
    const event = { source: 'aws.states', detail: { name: id, status: 'ABORTED' } };
    await workflow.settleExecution(event, lambdaContext());
    expect(await statusOf(id)).toBe('canceled');
  });

  it('has nothing to do with executions that no job names', async () => {
    const event = { name: 'started-by-hand', status: 'ABORTED' };
    expect(await workflow.settleExecution(event, lambdaContext())).toEqual({ settled: false });
  });
});

describe('the sweep', () => {
  it('starts a job whose record never came', async () => {
    const id = await createdJob();
    await workflow.sweep({}, lambdaContext());
    expect(await statusOf(id)).toBe('running');
    expect(stepFunctions.asked.map(({ name }) => name)).toContain(id);
  });
});
