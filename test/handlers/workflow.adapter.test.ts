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
let dispatch: Handler;
let settle: Handler;
let settleExecution: Handler;
let sweep: Handler;

/** What Step Functions was asked to start, as it came. */
let started: { name: string; input: string }[] = [];
let refuses = false;
let budgets = 0xb00;
let budgetId = '';

beforeAll(async () => {
  engine = await startEngine();
  await createTable(engine, 'Table');
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    started.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    response.writeHead(refuses ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify(
        refuses ? { __type: 'AccessDeniedException' } : { executionArn: 'arn', startDate: 1 },
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
  started = [];
  refuses = false;
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
    expect(started).toEqual([{ stateMachineArn: STATE_MACHINE_ARN, name: id, input }]);
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
    expect(started).toHaveLength(1);
  });

  it('sets a record aside that it cannot read, and goes on', async () => {
    const id = await createdJob();
    const records = [{}, { dynamodb: null }, record('no-uuid', '7'), record(budgetId, '8')];
    expect(await streamed(...records)).toEqual({ batchItemFailures: [] });
    expect(await statusOf(id)).toBe('running');
  });

  it('asks for those records again whose look failed', async () => {
    const first = budgetId;
    await createdJob();
    refuses = true;
    expect(await streamed(record(first, '4'), record(uuid(budgets++), '5'))).toEqual({
      batchItemFailures: [{ itemIdentifier: '4' }],
    });
    refuses = false;
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

  it('does not listen to a copy of the execution under another name', async () => {
    const id = await runningJob();
    const event = { jobId: id, executionId: `${EXECUTION}copy`, outcome: 'succeeded' };
    expect(await settle(event, lambdaContext())).toEqual({ settled: false });
    expect(await statusOf(id)).toBe('running');
  });
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
    expect(started.map(({ name }) => name)).toContain(id);
  });
});
