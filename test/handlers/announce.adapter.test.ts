import './environment-variables.ts';

import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RouteHandler } from '../../functions/handlers/http/route.ts';
import { logger } from '../../functions/handlers/logger.ts';
import { type LoopbackService, listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { uuid } from '../domain/builders.ts';
import { createTable, type Engine, startEngine } from '../store/engine.ts';
import { gatewayEvent, jobIn, lambdaContext, post, send } from './gateway.ts';

/** The function that tells of ends, as deployed: a real table, a bus that takes what it is told or refuses it. */

let engine: Engine;
let bus: LoopbackService;
let create: RouteHandler;
let cancel: RouteHandler;
let retry: RouteHandler;
let announce: (event: unknown, context: ReturnType<typeof lambdaContext>) => Promise<unknown>;
/** Ids of the jobs whose ends came to the bus. */
let told: string[];
/** Those whose ends it does not take. */
let refused: ReadonlySet<string>;

beforeAll(async () => {
  engine = await startEngine();
  await createTable(engine, 'Table');
  const server = createServer(async (request, response) => {
    const { Entries } = Object(await json(request));
    const ids: readonly string[] = Entries.map(
      ({ Detail }: { readonly Detail: string }) => JSON.parse(Detail).jobId,
    );
    told.push(...ids.filter((id) => !refused.has(id)));
    const answers = ids.map((id) =>
      refused.has(id) ? { ErrorCode: 'InternalFailure' } : { EventId: id },
    );
    const FailedEntryCount = ids.filter((id) => refused.has(id)).length;
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ FailedEntryCount, Entries: answers }));
  });
  bus = await listenOnLoopback(server);
  const { protocol, hostname, port } = (await engine.client.config.endpoint?.()) ?? {};
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `${protocol}//${hostname}:${port}`,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  ({ handler: create } = await import('../../functions/handlers/create-job.ts'));
  ({ handler: cancel } = await import('../../functions/handlers/cancel-job.ts'));
  ({ handler: retry } = await import('../../functions/handlers/retry-job.ts'));
  ({ handler: announce } = await import('../../functions/handlers/announce.ts'));
});

afterAll(async () => {
  await bus.close();
  engine.stop();
});

beforeEach(() => {
  told = [];
  refused = new Set();
});

afterEach(() => {
  vi.restoreAllMocks();
});

interface Ended {
  readonly id: string;
  readonly completedAt: string;
}

const about = (id: string) => gatewayEvent({ method: 'POST', pathParameters: { jobId: id } });

async function calledOff(jobId: string): Promise<Ended> {
  const { id, completedAt } = jobIn(await send(cancel, about(jobId)));
  return { id, completedAt: String(completedAt) };
}

async function endedJob(): Promise<Ended> {
  const { id } = jobIn(await send(create, post({ type: 'budget_sync', budgetId: uuid(0xe0) })));
  return calledOff(id);
}

const streamed = (...ended: readonly Ended[]) =>
  announce(
    {
      Records: ended.map(({ id, completedAt }) => ({
        dynamodb: { Keys: { SK: { S: `END#${completedAt}#${id}` } } },
      })),
    },
    lambdaContext(),
  );

/** As it is put back once it was set aside. */
const again = (...ended: readonly Ended[]) =>
  announce(
    {
      setAside: ended.map(({ completedAt }) => ({
        approximateArrivalOfFirstRecord: completedAt,
        approximateArrivalOfLastRecord: completedAt,
      })),
    },
    lambdaContext(),
  );

describe('the announce function', () => {
  it('tells the end of the job that a record names', async () => {
    const ended = await endedJob();
    await streamed(ended);
    expect(told).toEqual([ended.id]);
  });

  it('fails where the bus does not take one, so that it comes again, and has told the others', async () => {
    const [one, other] = [await endedJob(), await endedJob()];
    refused = new Set([one.id]);
    await expect(streamed(one, other)).rejects.toMatchObject({ name: 'UNKNOWN' });
    expect(told).toEqual([other.id]);
  });

  it('says how many of what was set aside it could not tell, so that the letter stays', async () => {
    const ended = await endedJob();
    refused = new Set([ended.id]);
    expect(await again(ended)).toEqual({ failed: 1 });
    refused = new Set();
    expect(await again(ended)).toEqual({ failed: 0 });
    expect(told).toContain(ended.id);
  });

  it('tells once of each of many that were set aside together', async () => {
    const [one, other] = [await endedJob(), await endedJob()];
    await again(one, other);
    expect(told.filter((id) => id === one.id || id === other.id)).toEqual([one.id, other.id]);
  });

  it('tells of an end that came hours after the first of those that were set aside with it', async () => {
    const { id, completedAt } = await endedJob();
    const hoursBefore = new Date(Date.parse(completedAt) - 10 * 3_600_000).toISOString();
    const batch = {
      approximateArrivalOfFirstRecord: hoursBefore,
      approximateArrivalOfLastRecord: completedAt,
    };
    await announce({ setAside: [batch] }, lambdaContext());
    expect(told).toContain(id);
  });

  it('tells nothing of a job that is gone, and goes on', async () => {
    const ended = await endedJob();
    await streamed({ ...ended, id: uuid(0x90e) }, ended);
    expect(told).toEqual([ended.id]);
  });

  it('counts an end by the record that it told of, and not by what is told again', async () => {
    const [one, other] = [await endedJob(), await endedJob()];
    const counted = vi.spyOn(Metrics.prototype, 'addMetric');
    refused = new Set([other.id]);
    await expect(streamed(one, other)).rejects.toThrow();
    refused = new Set();
    await again(one, other);
    expect(counted.mock.calls).toEqual([['Jobs', 'Count', 1]]);
  });

  it('has the job in the last line, too, of an end that the bus does not take', async () => {
    const ended = await endedJob();
    refused = new Set([ended.id]);
    const known = vi.spyOn(logger, 'appendKeys');
    await expect(streamed(ended)).rejects.toThrow();
    expect(known.mock.calls).toContainEqual([{ jobId: ended.id }]);
  });

  it('has the job and its budget in the last line of one end, and none of them in that of several', async () => {
    const [one, other] = [await endedJob(), await endedJob()];
    const known = vi.spyOn(logger, 'appendKeys');
    const ids = () => Object.assign({}, ...known.mock.calls.flat());
    await streamed(one, other);
    expect(ids()).not.toHaveProperty('jobId');
    expect(ids()).not.toHaveProperty('budgetId');
    await streamed(one);
    expect(ids()).toMatchObject({ jobId: one.id, budgetId: uuid(0xe0) });
  });

  it('says in the log out of which job the one was made that ended', async () => {
    const { id: parentJobId } = await endedJob();
    const child = await calledOff(jobIn(await send(retry, about(parentJobId))).id);
    const lines = vi.spyOn(logger, 'info').mock.calls;
    await streamed(child);
    expect(lines).toContainEqual([
      'announced',
      expect.objectContaining({ jobId: child.id, parentJobId }),
    ]);
  });

  it('says in the log whose end the bus does not take, also when it is told again', async () => {
    const ended = await endedJob();
    refused = new Set([ended.id]);
    const errors = vi.spyOn(logger, 'error');
    await expect(streamed(ended)).rejects.toThrow();
    await again(ended);
    const error = expect.objectContaining({ name: 'InternalFailure' });
    const ofThisJob = errors.mock.calls.filter(([said]) => said === 'not announced');
    expect(ofThisJob).toEqual(Array(2).fill(['not announced', { jobId: ended.id, error }]));
  });
});
