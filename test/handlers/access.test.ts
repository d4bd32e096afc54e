import './environment-variables.ts';

import { describe, expect, it, vi } from 'vitest';
import { budgetId, type JobId, jobId } from '../../functions/domain/ids.ts';
import type { AccessRules } from '../../functions/handlers/adapters/access-rules.ts';
import { onlyAllowed } from '../../functions/handlers/http/access.ts';
import { ROUTE_SCOPES, type Scope } from '../../functions/names.ts';
import { BUDGET, newRecord, uuid } from '../domain/builders.ts';
import {
  type Answered,
  call,
  gatewayEvent,
  JWT_AUTHORIZER,
  post,
  type Request,
} from './gateway.ts';

/** What is refused before a route does anything. Two jobs are there: one of our budget, one of another. */

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
  return call(onlyAllowed({ known: new Set([BUDGET]), rules: undefined }, work, jobs), event);
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
    expect(onlyAllowed({ known: undefined, rules: undefined }, work, jobs)).toBe(work);
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
  return (await call(onlyAllowed({ known: undefined, rules }, work, jobs), asked)).status;
}

const to = (routeKey: string, budget: string = BUDGET) => ({
  ...gatewayEvent({ pathParameters: { budgetId: budget } }),
  routeKey,
});

describe('a caller by IAM', () => {
  const signedBy = (userArn: string) => ({ iam: { accountId: '1', userId: 'A:b', userArn } });
  const allowing = (may: { scopes?: Scope[]; budgets?: (typeof BUDGET)[] }): AccessRules => ({
    kind: 'iam',
    callers: [{ principal: ROLE, ...may }],
  });
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

  it('with one budget gets none of the jobs of another', async () => {
    const rules = allowing({ budgets: [BUDGET] });
    const job = {
      ...gatewayEvent({ pathParameters: { jobId: uuid(2) } }),
      routeKey: 'GET /jobs/{jobId}',
    };
    expect(await statusFor(rules, signedBy(SESSION), job)).toBe(404);
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
