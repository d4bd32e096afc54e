import './environment-variables.ts';

import { describe, expect, it, vi } from 'vitest';
import { budgetId } from '../../functions/domain/ids.ts';
import type { AccessRules } from '../../functions/handlers/adapters/access-rules.ts';
import { onlyAllowed } from '../../functions/handlers/http/access.ts';
import type { GuardedRoute } from '../../functions/handlers/http/route.ts';
import { ROUTE_SCOPES, type Scope } from '../../functions/names.ts';
import { BUDGET, JOB, uuid } from '../domain/builders.ts';
import { call, gatewayEvent, JWT_AUTHORIZER, post } from './gateway.ts';

/** What a caller by IAM or by token is let do, before a route does anything. */

const OUTSIDE = uuid(0xdead);
const work = vi.fn(async () => ({ status: 200, body: {} }));

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

  it.each(['aws-cn', 'aws-us-gov', 'aws-eusc'])(
    'who is a session of the role is known in the partition %s too',
    async (partition) => {
      const [role, session] = [ROLE, SESSION].map((arn) => arn.replace('aws', partition));
      const rules: AccessRules = { kind: 'iam', callers: [{ principal: String(role) }] };
      const answers = [session, SESSION].map((arn) => statusFor(rules, signedBy(String(arn)), GET));
      expect(await Promise.all(answers)).toEqual([200, 403]);
    },
  );

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

  it('who may create jobs and decide has pending suggestions applied', async () => {
    const apply = post({ type: 'suggestions_apply', budgetId: BUDGET, minConfidence: 0.9 });
    const rules = allowing({ scopes: ['jobs:write', 'suggestions:write'] });
    const event = { ...apply, routeKey: 'POST /jobs' };
    expect(await statusFor(rules, signedBy(SESSION), event)).toBe(200);
  });

  it('whom the rules do not name touches no budget, on a route without a scope either', async () => {
    const event = to('GET /budgets/{budgetId}/new');
    expect(await statusFor(allowing({}), signedBy('arn:aws:iam::1:user/Other'), event)).toBe(404);
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
