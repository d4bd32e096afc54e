import './environment-variables.ts';

import { describe, expect, it, vi } from 'vitest';
import { budgetId, type JobId, jobId } from '../../functions/domain/ids.ts';
import { onlyKnown } from '../../functions/handlers/http/known-budgets.ts';
import { BUDGET, newRecord, uuid } from '../domain/builders.ts';
import { type Answered, call, gatewayEvent, post, type Request } from './gateway.ts';

/** A stack that maps one budget. Its jobs: one of that budget, one of another. */

const OUTSIDE = uuid(0xdead);
const ours = newRecord();
const foreign = { ...ours, job: { ...ours.job, budgetId: budgetId(OUTSIDE) } };
const records = new Map<JobId, typeof ours>([
  [jobId(uuid(1)), ours],
  [jobId(uuid(2)), foreign],
]);
const jobs = { get: async (id: JobId) => records.get(id) };
const work = vi.fn(async () => ({ status: 200, body: {} }));

async function asked(event: ReturnType<typeof gatewayEvent>): Promise<Answered> {
  work.mockClear();
  return call(onlyKnown(new Set([BUDGET]), work, jobs), event);
}

const at = (request: Request) => asked(gatewayEvent({ pathParameters: {}, ...request }));

describe('a request about a budget outside the map', () => {
  it.each([
    ['in the path', gatewayEvent({ pathParameters: { budgetId: OUTSIDE } })],
    [
      'in the path, in capitals',
      gatewayEvent({ pathParameters: { budgetId: OUTSIDE.toUpperCase() } }),
    ],
    ['in the query', gatewayEvent({ pathParameters: {}, query: `limit=1&budgetId=${OUTSIDE}` })],
    ['in the body', post({ type: 'budget_sync', budgetId: OUTSIDE })],
    [
      'in an encoded body',
      gatewayEvent({
        pathParameters: {},
        body: Buffer.from(JSON.stringify({ budgetId: OUTSIDE })).toString('base64'),
        isBase64Encoded: true,
      }),
    ],
    ['by one of its jobs', gatewayEvent({ pathParameters: { jobId: uuid(2) } })],
  ])('%s is a 404 before anything is done', async (_where, event) => {
    const answer = await asked(event);
    expect(answer).toMatchObject({
      status: 404,
      body: { type: 'urn:actual-jobs:problem:not-found' },
    });
    expect(work).not.toHaveBeenCalled();
  });

  it('of which a job is asked for says no more than where there is no job', async () => {
    const answer = await at({ pathParameters: { jobId: uuid(2) } });
    expect(answer.body).toMatchObject({ detail: 'There is no job with this id.' });
  });
});

describe('any other request is left to its route', () => {
  it.each([
    ['about a mapped budget', gatewayEvent({ pathParameters: { budgetId: BUDGET } })],
    ['with a mapped budget in its body', post({ budgetId: BUDGET })],
    ['about a job of a mapped budget', gatewayEvent({ pathParameters: { jobId: uuid(1) } })],
    ['about a job that is not there', gatewayEvent({ pathParameters: { jobId: uuid(3) } })],
    ['with a budget that is no UUID', gatewayEvent({ pathParameters: { budgetId: 'mine' } })],
    ['with a body that is no JSON', gatewayEvent({ pathParameters: {}, body: '{' })],
    ['with a body that is null', post(null)],
  ])('%s', async (_what, event) => {
    expect((await asked(event)).status).toBe(200);
    expect(work).toHaveBeenCalledOnce();
  });

  it('and so is every one where there is no map', () => {
    expect(onlyKnown(undefined, work, jobs)).toBe(work);
  });
});
