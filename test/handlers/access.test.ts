import './environment-variables.ts';

import { describe, expect, it, vi } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import { cancelJobRoute } from '../../functions/handlers/cancel-job.ts';
import { getJobRoute } from '../../functions/handlers/get-job.ts';
import { onlyAllowed } from '../../functions/handlers/http/access.ts';
import type { GuardedRoute } from '../../functions/handlers/http/route.ts';
import { listJobEventsRoute } from '../../functions/handlers/list-job-events.ts';
import { logger } from '../../functions/handlers/logger.ts';
import { retryJobRoute } from '../../functions/handlers/retry-job.ts';
import { BUDGET, context, created, JOB, uuid } from '../domain/builders.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { type Answered, call, gatewayEvent, post } from './gateway.ts';
import { MemoryJobs, submitPorts } from './memory-jobs.ts';

/** What a caller is refused: budgets and scopes before a route does anything, jobs when it has read them. */

const OUTSIDE = uuid(0xdead);
const work = vi.fn(async () => ({ status: 200, body: {} }));

async function asked(event: ReturnType<typeof gatewayEvent>): Promise<Answered> {
  work.mockClear();
  return call(onlyAllowed({ known: new Set([BUDGET]), rules: undefined }, work), event);
}

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
      'in the body, behind one in the query',
      { ...post({ budgetId: OUTSIDE }), rawQueryString: `budgetId=${BUDGET}` },
    ],
    [
      'in the query, behind another one',
      gatewayEvent({ pathParameters: {}, query: `budgetId=${BUDGET}&budgetId=${OUTSIDE}` }),
    ],
    [
      'in an encoded body',
      gatewayEvent({
        pathParameters: {},
        body: Buffer.from(JSON.stringify({ budgetId: OUTSIDE })).toString('base64'),
        isBase64Encoded: true,
      }),
    ],
  ])(
    '%s is a 404 before anything is done, and in the log with the budget',
    async (_where, event) => {
      const known = vi.spyOn(logger, 'appendKeys');
      const answer = await asked(event);
      expect(answer).toMatchObject({
        status: 404,
        body: { type: 'urn:actual-jobs:problem:not-found' },
      });
      expect(work).not.toHaveBeenCalled();
      expect(known.mock.calls).toContainEqual([{ budgetId: OUTSIDE }]);
      known.mockRestore();
    },
  );
});

describe('a request about a job', () => {
  /** One that has failed, so that each call about it does what it can. */
  function failedJob(): MemoryJobs {
    const jobs = new MemoryJobs();
    const start = startJob(created({ type: 'budget_sync' }).record, context(1));
    const end = endJob(
      start.record,
      { status: 'failed', failure: failure('TIMED_OUT') },
      context(2),
    );
    for (const change of [start, end]) jobs.write(change);
    return jobs;
  }

  const executions = {
    idOf: () => expect.fail('an execution was looked for'),
    stop: async () => {},
  };
  const ports = (jobs: MemoryJobs) => ({ ...submitPorts(jobs), jobs, executions });
  const ROUTES: readonly (readonly [string, (jobs: MemoryJobs) => GuardedRoute, number])[] = [
    [
      'GET /jobs/{jobId}',
      (jobs) => getJobRoute({ jobs, clock: Date.now, sleep: async () => {} }, STATE_MACHINE_ARN),
      200,
    ],
    ['GET /jobs/{jobId}/events', (jobs) => listJobEventsRoute(jobs), 200],
    ['POST /jobs/{jobId}/cancel', (jobs) => cancelJobRoute(ports(jobs), STATE_MACHINE_ARN), 409],
    ['POST /jobs/{jobId}/retry', (jobs) => retryJobRoute(ports(jobs), STATE_MACHINE_ARN), 201],
  ];

  function answerFor(
    jobs: MemoryJobs,
    budget: string,
    [routeKey, routeOf]: (typeof ROUTES)[number],
    id: string = JOB,
  ): Promise<Answered> {
    const guarded = onlyAllowed({ known: new Set([budget]), rules: undefined }, routeOf(jobs));
    return call(guarded, { ...gatewayEvent({ pathParameters: { jobId: id } }), routeKey });
  }

  it.each(ROUTES)('%s reads it once, and answers where its budget is there', async (...route) => {
    const jobs = failedJob();
    const reads = vi.spyOn(jobs, 'get');
    const histories = vi.spyOn(jobs, 'history');
    expect((await answerFor(jobs, BUDGET, route)).status).toBe(route[2]);
    expect(reads.mock.calls.length + histories.mock.calls.length).toBe(1);
  });

  it.each(ROUTES)('%s has its budget in the log, whatever the answer', async (...route) => {
    const known = vi.spyOn(logger, 'appendKeys');
    for (const there of [BUDGET, OUTSIDE]) {
      known.mockClear();
      await answerFor(failedJob(), there, route);
      expect(known.mock.calls).toContainEqual([{ budgetId: BUDGET }]);
    }
    known.mockRestore();
  });

  it.each(ROUTES)('%s says no more of one of another budget than of none', async (...route) => {
    const jobs = failedJob();
    const written = vi.spyOn(jobs, 'write');
    const foreign = await answerFor(jobs, OUTSIDE, route);
    const none = await answerFor(jobs, OUTSIDE, route, uuid(0x77));
    expect(foreign).toMatchObject({
      status: 404,
      body: { detail: 'There is no job with this id.' },
    });
    expect(none).toEqual(foreign);
    expect(written).not.toHaveBeenCalled();
  });
});

describe('any other request is left to its route', () => {
  it.each([
    ['about a mapped budget', gatewayEvent({ pathParameters: { budgetId: BUDGET } })],
    ['with a mapped budget in its body', post({ budgetId: BUDGET })],
    ['about a job', gatewayEvent({ pathParameters: { jobId: uuid(1) } })],
    ['with a budget that is no UUID', gatewayEvent({ pathParameters: { budgetId: 'mine' } })],
    ['with a body that is no JSON', gatewayEvent({ pathParameters: {}, body: '{' })],
    ['with a body that is null', post(null)],
  ])('%s', async (_what, event) => {
    expect((await asked(event)).status).toBe(200);
    expect(work).toHaveBeenCalledOnce();
  });

  it('and so is every one where there is no map', async () => {
    const unlimited = onlyAllowed({ known: undefined, rules: undefined }, work);
    const event = gatewayEvent({ pathParameters: { budgetId: OUTSIDE } });
    expect((await call(unlimited, event)).status).toBe(200);
  });
});
