import './environment-variables.ts';

import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteHandler } from '../../functions/handlers/http/route.ts';
import { uuid } from '../domain/builders.ts';
import { createTable, type Engine, startEngine } from '../store/engine.ts';
import { expectDocumented } from './document.ts';
import {
  type Answered,
  fieldsIn,
  gatewayEvent,
  jobIn,
  post,
  type Request,
  send,
} from './gateway.ts';

/** The handlers as they are deployed, on a real table: what is wired wrongly fails here. */

const budgetId = uuid(0xb1);
/** Not the store's own. */
const KEPT_DAYS = 45;

let engine: Engine;
let create: RouteHandler;
let list: RouteHandler;
let get: RouteHandler;
let events: RouteHandler;
let suggestions: RouteHandler;

beforeAll(async () => {
  engine = await startEngine();
  await createTable(engine, 'Table');
  const { protocol, hostname, port } = (await engine.client.config.endpoint?.()) ?? {};
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `${protocol}//${hostname}:${port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    RETENTION_DAYS: String(KEPT_DAYS),
  });
  ({ handler: create } = await import('../../functions/handlers/create-job.ts'));
  ({ handler: list } = await import('../../functions/handlers/list-jobs.ts'));
  ({ handler: get } = await import('../../functions/handlers/get-job.ts'));
  ({ handler: events } = await import('../../functions/handlers/list-job-events.ts'));
  ({ handler: suggestions } = await import('../../functions/handlers/list-suggestions.ts'));
});

afterAll(() => engine.stop());

function created(more: object = {}, request: Request = {}): Promise<Answered> {
  return send(create, post({ type: 'sync_and_suggest', budgetId, ...more }, request));
}

function listed(query: string): Promise<Answered> {
  return send(list, gatewayEvent({ path: '/jobs', pathParameters: {}, query }));
}

function ofJob(handler: RouteHandler, jobId: string, query = ''): Promise<Answered> {
  return send(handler, gatewayEvent({ pathParameters: { jobId }, query }));
}

describe('the API on a real table', () => {
  it('creates a job that can be read, listed and looked back on', async () => {
    const answer = await created();
    expect(answer.status).toBe(201);
    const { id } = jobIn(answer);
    const read = await ofJob(get, id);
    expect(read).toMatchObject({ status: 200, body: Object(answer.body) });
    const history = await ofJob(events, id);
    expect(history.body).toMatchObject({
      events: [1, 2, 3].map((version) => ({ jobId: id, status: 'queued', version })),
    });
    const all = await listed(`budgetId=${budgetId}`);
    expect(all.body).toMatchObject({ jobs: [{ id }], nextCursor: null });
    expectDocumented('GET /jobs/{jobId}', read);
    expectDocumented('GET /jobs/{jobId}/events', history);
    expectDocumented('GET /jobs', all);
  });

  it('keeps a job, its steps and its history for as long as the stack is told', async () => {
    const { id, createdAt } = jobIn(await created({ budgetId: uuid(0xb4) }));
    const { Items = [] } = await engine.documents.send(
      new QueryCommand({
        TableName: 'Table',
        KeyConditionExpression: 'PK = :job',
        ExpressionAttributeValues: { ':job': `JOB#${id}` },
      }),
    );
    expect(Items).toHaveLength(6);
    const until = Date.parse(String(createdAt)) + KEPT_DAYS * 86_400_000;
    for (const { expiresAt } of Items)
      expect(Math.abs(expiresAt * 1000 - until)).toBeLessThan(2000);
  });

  it('gives the same job for the same request, also when both come at once', async () => {
    const other = uuid(0xb2);
    const request = { headers: { 'idempotency-key': 'one' } };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => created({ budgetId: other }, request)),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map((answer) => jobIn(answer).id)).size).toBe(1);
    const replayed = answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true');
    expect(replayed).toHaveLength(3);
    expect((await created({ budgetId: other, fullResync: true }, request)).status).toBe(422);
  });

  it('pages through a listing with its cursor, and refuses any other', async () => {
    const budget = uuid(0xb3);
    for (let n = 0; n < 3; n += 1) await created({ budgetId: budget });
    const first = await listed(`budgetId=${budget}&limit=2`);
    const cursor = String(Object(first.body).nextCursor);
    const second = await listed(`budgetId=${budget}&limit=2&cursor=${cursor}`);
    expect(Object(first.body).jobs).toHaveLength(2);
    expect(second.body).toMatchObject({ jobs: [{ status: 'queued' }], nextCursor: null });
    for (const wrong of [`${cursor}x`, cursor.slice(1), 'abc']) {
      const answer = await listed(`budgetId=${budget}&limit=2&cursor=${wrong}`);
      expect(answer.status).toBe(400);
      expect(fieldsIn(answer)).toEqual(['cursor']);
    }
    expect((await listed(`budgetId=${budgetId}&cursor=${cursor}`)).status).toBe(400);
  });

  it('knows no job that was never made', async () => {
    expect((await ofJob(get, uuid(99), 'wait=20')).status).toBe(404);
    expect((await ofJob(events, uuid(99))).status).toBe(404);
  });

  it('lists no suggestions where there are none', async () => {
    const event = gatewayEvent({ pathParameters: { budgetId }, query: 'status=pending' });
    const answer = await send(suggestions, event);
    expect(answer).toMatchObject({ status: 200, body: { suggestions: [], nextCursor: null } });
  });
});
