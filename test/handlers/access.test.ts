import './environment-variables.ts';

import { describe, expect, it, vi } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { budgetId } from '../../functions/domain/ids.ts';
import { endJob, startJob } from '../../functions/domain/transitions.ts';
import type { AccessRules } from '../../functions/handlers/adapters/access-rules.ts';
import { cancelJobRoute } from '../../functions/handlers/cancel-job.ts';
import { getJobRoute } from '../../functions/handlers/get-job.ts';
import { onlyAllowed } from '../../functions/handlers/http/access.ts';
import type { GuardedRoute } from '../../functions/handlers/http/route.ts';
import { listJobEventsRoute } from '../../functions/handlers/list-job-events.ts';
import { retryJobRoute } from '../../functions/handlers/retry-job.ts';
import { ROUTE_SCOPES, type Scope } from '../../functions/names.ts';
import { BUDGET, context, created, JOB, uuid } from '../domain/builders.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { type Answered, call, gatewayEvent, JWT_AUTHORIZER, post } from './gateway.ts';
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
  ])('%s is a 404 before anything is done', async (_where, event) => {
    const answer = await asked(event);
    expect(answer).toMatchObject({
      status: 404,
      body: { type: 'urn:actual-jobs:problem:not-found' },
    });
    expect(work).not.toHaveBeenCalled();
  });
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

const ROLE = 'arn:aws:iam::111122223333:role/Bookkeeper';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/Bookkeeper/anna';

/** Which answer a caller gets for a call. */
async function statusFor(
  rules: AccessRules,
  authorizer: object,
  event: ReturnType<typeof gatewayEvent>,
): Promise<number> {
  work.mockClear();
  const { requestContext } = event;
  const asked = { ...event, requestContext: { ...requestContext, authorizer } };
  return (await call(onlyAllowed({ known: undefined, rules }, work), asked)).status;
}

const to = (routeKey: string, budget: string = BUDGET) => ({
  ...gatewayEvent({ pathParameters: { budgetId: budget } }),
  routeKey,
});

const signedBy = (userArn: string) => ({ iam: { accountId: '1', userId: 'A:b', userArn } });
const allowing = (may: { scopes?: Scope[]; budgets?: (typeof BUDGET)[] }): AccessRules => ({
  kind: 'iam',
  callers: [{ principal: ROLE, ...may }],
});

describe('a caller by IAM', () => {
  const GET = to('GET /budgets/{budgetId}/suggestions');

  it.each([
    ['a session of the role', SESSION, 200],
    ['a session of another role', SESSION.replace('Bookkeeper', 'Bookkeepers'), 403],
    ['a session of the role of that name in another account', SESSION.replace('1111', '9999'), 403],
    ['a user of the same name', 'arn:aws:iam::111122223333:user/Bookkeeper', 403],
    ['the root of the account', 'arn:aws:iam::111122223333:root', 403],
    ['nobody that is named', '', 403],
  ])('who is %s', async (_who, userArn, status) => {
    expect(await statusFor(allowing({}), signedBy(userArn), GET)).toBe(status);
  });

  it('who is a user is known by the ARN as it is', async () => {
    const arn = 'arn:aws:iam::111122223333:user/office/Anna';
    const rules: AccessRules = { kind: 'iam', callers: [{ principal: arn }] };
    expect(await statusFor(rules, signedBy(arn), GET)).toBe(200);
  });

  it('does not get in with a token where roles are named', async () => {
    expect(await statusFor(allowing({}), JWT_AUTHORIZER, GET)).toBe(403);
  });

  it.each(Object.entries(ROUTE_SCOPES))(
    'needs for %s the scope %s, and no other',
    async (routeKey, scope) => {
      const others = (['jobs:read', 'jobs:write', 'suggestions:write'] as const).filter(
        (one) => one !== scope,
      );
      const as = (scopes: Scope[]) =>
        statusFor(allowing({ scopes }), signedBy(SESSION), to(routeKey));
      expect([await as([scope]), await as(others)]).toEqual([200, 403]);
    },
  );

  it('without the scope learns nothing about a budget, there or not', async () => {
    const rules = allowing({ scopes: ['jobs:write'], budgets: [BUDGET] });
    const foreignBudget = to(GET.routeKey, OUTSIDE);
    expect(await statusFor(rules, signedBy(SESSION), foreignBudget)).toBe(403);
  });

  it.each([
    [BUDGET, 200],
    [OUTSIDE, 404],
  ])('with one budget gets for %s a %d', async (budget, status) => {
    const rules = allowing({ budgets: [BUDGET] });
    expect(await statusFor(rules, signedBy(SESSION), to(GET.routeKey, budget))).toBe(status);
  });

  it('with one budget is told of jobs only where they are of that one', async () => {
    const rules = allowing({ budgets: [BUDGET] });
    const told: GuardedRoute = async (_event, _context, isThere) => ({
      status: 200,
      body: [BUDGET, budgetId(OUTSIDE)].map(isThere),
    });
    const event = gatewayEvent({
      pathParameters: { jobId: JOB },
      authorizer: signedBy(SESSION),
    });
    const guarded = onlyAllowed({ known: undefined, rules }, told);
    const answer = await call(guarded, { ...event, routeKey: 'GET /jobs/{jobId}' });
    expect(answer.body).toEqual([true, false]);
  });

  it.each([
    ['suggestionIds', { suggestionIds: ['a'] }, 403],
    ['minConfidence', { minConfidence: 0.9 }, 403],
    ['neither', {}, 200],
  ])('who may not decide applies with %s: to apply is to approve', async (_with, more, status) => {
    const event = {
      ...post({ type: 'suggestions_apply', budgetId: BUDGET, ...more }),
      routeKey: 'POST /jobs',
    };
    const rules = allowing({ scopes: ['jobs:write'] });
    expect(await statusFor(rules, signedBy(SESSION), event)).toBe(status);
  });
});

describe('what a route asks of the caller for some jobs alone', () => {
  it.each<[string, AccessRules | undefined, readonly boolean[]]>([
    ['is what its scopes say', allowing({ scopes: ['jobs:write'] }), [true, false]],
    ['is there for whoever is let in where there are no rules', undefined, [true, true]],
  ])('%s', async (_what, rules, told) => {
    const asking: GuardedRoute = async (_event, _context, _isThere, may) => ({
      status: 200,
      body: [may('jobs:write'), may('suggestions:write')],
    });
    const event = gatewayEvent({ authorizer: signedBy(SESSION) });
    const guarded = onlyAllowed({ known: undefined, rules }, asking);
    const answer = await call(guarded, { ...event, routeKey: 'POST /jobs/{jobId}/retry' });
    expect(answer.body).toEqual(told);
  });
});

describe('a caller by token', () => {
  const withClaims = (more: object) => ({
    jwt: { claims: { ...JWT_AUTHORIZER.jwt.claims, scope: 'jobs:read', ...more } },
  });
  const rules = (more: object = {}): AccessRules => ({ kind: 'jwt', scopePrefix: '', ...more });
  const statusOf = (its: AccessRules, claims: object, budget?: string) =>
    statusFor(its, withClaims(claims), to('GET /budgets/{budgetId}/suggestions', budget));

  it.each([
    ['in scope', { scope: 'openid jobs:read' }, 200],
    ['in scp, as a list', { scope: undefined, scp: '[openid jobs:read]' }, 200],
    ['of which another one only begins like it', { scope: 'jobs:reading' }, 403],
    ['of which there is none', { scope: undefined }, 403],
  ])('has its scopes %s', async (_where, claims, status) => {
    expect(await statusOf(rules(), claims)).toBe(status);
  });

  it.each([
    ['actual-jobs/jobs:read', 200],
    ['jobs:read', 403],
  ])('has its scopes behind the prefix: %s', async (scope, status) => {
    expect(await statusOf(rules({ scopePrefix: 'actual-jobs/' }), { scope })).toBe(status);
  });

  it('touches a budget whose id the claim has in capitals', async () => {
    const lettered = uuid(0xabc);
    const budgets = lettered.toUpperCase();
    expect(await statusOf(rules({ budgetsClaim: 'budgets' }), { budgets }, lettered)).toBe(200);
  });

  it('touches every budget where no claim lists them', async () => {
    expect(await statusOf(rules(), {}, OUTSIDE)).toBe(200);
  });

  it.each([
    ['a list', `[${BUDGET} ${uuid(7)}]`, 200],
    ['a text', `${uuid(7)},${BUDGET}`, 200],
    ['a quoted list', `["${BUDGET}"]`, 200],
    ['all', '*', 200],
    ['another one', uuid(7), 404],
    ['what only ends like it', `x${BUDGET}`, 404],
    ['none', undefined, 404],
  ])('whose claim lists %s', async (_what, budgets, status) => {
    expect(await statusOf(rules({ budgetsClaim: 'budgets' }), { budgets })).toBe(status);
  });

  it('does not get in by a signature where tokens are asked for', async () => {
    const signed = { iam: { accountId: '1', userId: 'A:b', userArn: SESSION } };
    expect(await statusFor(rules(), signed, to('GET /jobs'))).toBe(403);
  });
});
