import './environment-variables.ts';

import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import type { RouteHandler } from '../../functions/handlers/http/route.ts';
import { uuid } from '../domain/builders.ts';
import { createTable, type Engine, startEngine } from '../store/engine.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { gatewayEvent, jobIn, lambdaContext, post, send } from './gateway.ts';

/** The functions between the table and the workflow, as deployed: a real table, a Step Functions that only listens. */

type Handler = (event: unknown, context: ReturnType<typeof lambdaContext>) => Promise<unknown>;

const EXECUTION = `${STATE_MACHINE_ARN.replace(':stateMachine:', ':execution:')}:`;

let engine: Engine;
let server: Server;
let create: RouteHandler;
let get: RouteHandler;
let events: RouteHandler;
let cancel: RouteHandler;
let dispatch: Handler;
let settle: Handler;
let settleExecution: Handler;
let sweep: Handler;

/** What Step Functions was asked, as it came. */
let asked: { name?: string; input?: string; executionArn?: string }[] = [];
/** The error with which it refuses what it is asked. */
let refusal: string | undefined;
let budgets = 0xb00;
let budgetId = '';

beforeAll(async () => {
  engine = await startEngine();
  await createTable(engine, 'Table');
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    response.writeHead(refusal === undefined ? 200 : 400, {
      'content-type': 'application/x-amz-json-1.0',
    });
    response.end(
      JSON.stringify(
        refusal === undefined
          ? { executionArn: 'arn', startDate: 1, stopDate: 2 }
          : { __type: refusal },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const sfnPort = typeof address === 'object' ? address?.port : undefined;
  const { protocol, hostname, port } = (await engine.client.config.endpoint?.()) ?? {};
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `${protocol}//${hostname}:${port}`,
    AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${sfnPort}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  ({ handler: create } = await import('../../functions/handlers/create-job.ts'));
  ({ handler: get } = await import('../../functions/handlers/get-job.ts'));
  ({ handler: events } = await import('../../functions/handlers/list-job-events.ts'));
  ({ handler: cancel } = await import('../../functions/handlers/cancel-job.ts'));
  ({ handler: dispatch } = await import('../../functions/handlers/dispatch.ts'));
  ({ handler: settle } = await import('../../functions/handlers/settle.ts'));
  ({ handler: settleExecution } = await import('../../functions/handlers/settle-execution.ts'));
  ({ handler: sweep } = await import('../../functions/handlers/sweep.ts'));
});

afterAll(() => {
  server.close();
  engine.stop();
});

beforeEach(() => {
  budgetId = uuid(budgets++);
  asked = [];
  refusal = undefined;
});

async function createdJob(): Promise<string> {
  return jobIn(await send(create, post({ type: 'budget_sync', budgetId }))).id;
}

async function statusOf(jobId: string): Promise<string> {
  return jobIn(await send(get, gatewayEvent({ pathParameters: { jobId } }))).status;
}

function record(budget: string, sequenceNumber: string) {
  const keys = { PK: { S: `BUDGET#${budget}` }, SK: { S: 'QUEUE#x' } };
  return { eventName: 'INSERT', dynamodb: { Keys: keys, SequenceNumber: sequenceNumber } };
}

function streamed(...Records: readonly object[]): Promise<unknown> {
  return dispatch({ Records }, lambdaContext());
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
    expect(asked).toEqual([{ stateMachineArn: STATE_MACHINE_ARN, name: id, input }]);
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
    expect(asked).toHaveLength(1);
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
    refusal = 'AccessDeniedException';
    expect(await streamed(record(first, '4'), record(uuid(budgets++), '5'))).toEqual({
      batchItemFailures: [{ itemIdentifier: '4' }],
    });
    refusal = undefined;
    expect(await streamed(record(first, '4'))).toEqual({ batchItemFailures: [] });
  });
});

describe('the settle function', () => {
  it('ends a job, and the next one of its budget starts', async () => {
    const first = await runningJob();
    const second = await createdJob();
    const event = { jobId: first, executionId: EXECUTION + first, outcome: 'succeeded' };
    expect(await settle(event, lambdaContext())).toEqual({ settled: true, status: 'succeeded' });
    await streamed(record(budgetId, '2'));
    expect(await statusOf(second)).toBe('running');
  });

  it('ends a failed job with the code and sentence that its step gave', async () => {
    const id = await runningJob();
    const { code, reason } = failure('VERSION_MISMATCH', 'It has version 2, known is 1.');
    const Cause = JSON.stringify({ errorType: code, errorMessage: reason });
    const event = { jobId: id, executionId: EXECUTION + id, outcome: 'failed' };
    const settled = await settle({ ...event, failure: { Error: code, Cause } }, lambdaContext());
    expect(settled).toEqual({ settled: true, status: 'failed' });
    const job = jobIn(await send(get, gatewayEvent({ pathParameters: { jobId: id } })));
    expect(job).toMatchObject({ failureCode: code, failureReason: reason });
  });

  it('says nothing of an error that nobody foresaw', async () => {
    const id = await runningJob();
    const failed = { Error: 'TypeError', Cause: '{"errorMessage":"hunter2"}' };
    const event = { jobId: id, executionId: EXECUTION + id, outcome: 'failed', failure: failed };
    await settle(event, lambdaContext());
    const job = jobIn(await send(get, gatewayEvent({ pathParameters: { jobId: id } })));
    expect(job).toMatchObject({ failureCode: 'UNKNOWN' });
    expect(JSON.stringify(job)).not.toContain('hunter2');
  });

  it('calls a job off whose execution was redriven, and says in its history what to do instead', async () => {
    const id = await runningJob();
    const failed = { Error: 'JobNotRunning', Cause: '{}' };
    const event = { jobId: id, executionId: EXECUTION + id, redriveCount: 1 };
    const settled = await settle({ ...event, outcome: 'failed', failure: failed }, lambdaContext());
    expect(settled).toEqual({ settled: true, status: 'canceled' });
    const { body } = await send(events, gatewayEvent({ pathParameters: { jobId: id } }));
    expect(JSON.stringify(body)).toContain('Use POST /jobs/{jobId}/retry.');
  });

  it('takes a redriven execution at its word that has only the end of its job left to write', async () => {
    const id = await runningJob();
    const event = { jobId: id, executionId: EXECUTION + id, redriveCount: 1, outcome: 'succeeded' };
    expect(await settle(event, lambdaContext())).toEqual({ settled: true, status: 'succeeded' });
  });

  it.each(['succeeded', 'failed'])(
    'does not listen to a copy of the execution under another name that %s',
    async (outcome) => {
      const id = await runningJob();
      const failed = { Error: 'JobNotRunning', Cause: '{}' };
      const event = { jobId: id, executionId: `${EXECUTION}copy`, outcome, failure: failed };
      expect(await settle(event, lambdaContext())).toEqual({ settled: false });
      expect(await statusOf(id)).toBe('running');
    },
  );
});

describe('the cancel function', () => {
  const canceled = (jobId: string) =>
    send(
      cancel,
      gatewayEvent({ method: 'POST', path: `/jobs/${jobId}/cancel`, pathParameters: { jobId } }),
    );

  it('ends the job, and stops the execution that is named by it', async () => {
    const id = await runningJob();
    expect(jobIn(await canceled(id)).status).toBe('canceled');
    expect(asked.at(-1)).toEqual({
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
      refusal = error;
      const answer = await canceled(id);
      expect([answer.status, jobIn(answer).status]).toEqual([200, 'canceled']);
      expect((await canceled(id)).status).toBe(200);
    },
  );
});

describe("the function that hears of executions' ends", () => {
  it.each([
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'failed'],
    ['ABORTED', 'canceled'],
  ])('settles the job of one that is %s as %s', async (status, expected) => {
    const id = await runningJob();
    await settleExecution({ name: id, status }, lambdaContext());
    expect(await statusOf(id)).toBe(expected);
  });

  it.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])(
    'changes nothing about a job that has ended, or waits in line, when one is %s',
    async (status) => {
      const ended = await runningJob();
      const waiting = await createdJob();
      const event = { jobId: ended, executionId: EXECUTION + ended, outcome: 'succeeded' };
      await settle(event, lambdaContext());
      for (const name of [ended, waiting]) await settleExecution({ name, status }, lambdaContext());
      expect([await statusOf(ended), await statusOf(waiting)]).toEqual(['succeeded', 'queued']);
    },
  );

  it('takes an event too that EventBridge could not deliver and set aside as it was', async () => {
    const id = await runningJob();
    const event = { source: 'aws.states', detail: { name: id, status: 'ABORTED' } };
    await settleExecution(event, lambdaContext());
    expect(await statusOf(id)).toBe('canceled');
  });

  it('has nothing to do with executions that no job names', async () => {
    const event = { name: 'started-by-hand', status: 'ABORTED' };
    expect(await settleExecution(event, lambdaContext())).toEqual({ settled: false });
  });
});

describe('the sweep', () => {
  it('starts a job whose record never came', async () => {
    const id = await createdJob();
    await sweep({}, lambdaContext());
    expect(await statusOf(id)).toBe('running');
    expect(asked.map(({ name }) => name)).toContain(id);
  });
});
