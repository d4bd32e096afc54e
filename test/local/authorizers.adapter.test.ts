import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedStack } from '../../local/runtime/contract.ts';
import { startHttpApi } from '../../local/runtime/http/api.ts';
import { type Issuer, startIssuer } from './issuer.ts';

/** Routes with a JWT authorizer, let in and refused as API Gateway does. */

const resource = (type: string, logicalId: string, properties: Record<string, unknown>) => ({
  type: `AWS::ApiGatewayV2::${type}`,
  logicalId,
  physicalId: logicalId,
  arn: logicalId,
  properties,
});

let issuer: Issuer;
let other: Issuer;
let api: Awaited<ReturnType<typeof startHttpApi>>;

beforeAll(async () => {
  [issuer, other] = await Promise.all([startIssuer(), startIssuer()]);
  api = await startHttpApi({
    stack: stackOf(issuer.url),
    callers: [],
    port: 0,
    invoker: {
      invoke: async (_name, event) => ({ kind: 'success', payload: Object(event).requestContext }),
    },
  });
});

afterAll(() => Promise.all([api.close(), issuer.close(), other.close()]));

function stackOf(Issuer: string): ResolvedStack {
  const route = (RouteKey: string, AuthorizationScopes?: readonly string[]) =>
    resource('Route', RouteKey, {
      RouteKey,
      Target: 'integrations/I',
      AuthorizationType: 'JWT',
      AuthorizerId: 'A',
      ...(AuthorizationScopes === undefined ? {} : { AuthorizationScopes }),
    });
  return {
    stacks: new Map(),
    outputs: {},
    resources: [
      resource('Integration', 'I', { IntegrationUri: 'work' }),
      resource('Authorizer', 'A', {
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer, Audience: ['here', 'there'] },
      }),
      route('GET /open'),
      route('GET /scoped', ['read', 'all']),
    ],
  };
}

async function get(path: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: token };
  const answer = await fetch(`${api.url}${path}`, { headers });
  return { status: answer.status, headers: answer.headers, body: Object(await answer.json()) };
}

const SECOND_AGO = Math.floor(Date.now() / 1000) - 1;
const IN_AN_HOUR = SECOND_AGO + 3600;

describe('a token', () => {
  it.each([
    ['for the audience', { aud: 'here' }],
    ['for several audiences, one of them this one', { aud: ['elsewhere', 'there'] }],
    ['without audience, of a client that is one', { client_id: 'here' }],
  ])('%s gets in', async (_what, claims) => {
    const { status } = await get('/open', `Bearer ${await issuer.token(claims)}`);
    expect(status).toBe(200);
  });

  it('gets in without the word Bearer too', async () => {
    expect((await get('/open', await issuer.token({ aud: 'here' }))).status).toBe(200);
  });

  it.each<[string, () => Promise<string | undefined>]>([
    ['none', async () => undefined],
    ['what is none', async () => 'Bearer nonsense'],
    ['one that has ended', () => issuer.token({ aud: 'here', exp: SECOND_AGO })],
    ['one that never ends', () => issuer.token({ aud: 'here', exp: undefined })],
    ['one that is not good yet', () => issuer.token({ aud: 'here', nbf: IN_AN_HOUR })],
    ['one that is not issued yet', () => issuer.token({ aud: 'here', iat: IN_AN_HOUR - 60 })],
    ['one for another audience', () => issuer.token({ aud: 'elsewhere' })],
    [
      'one for another audience, of a client that is ours',
      () => issuer.token({ aud: 'elsewhere', client_id: 'here' }),
    ],
    ['one for nobody', () => issuer.token({})],
    ['one of another issuer', () => other.token({ aud: 'here' })],
    [
      "one that another issuer signed in this one's name",
      () => other.token({ aud: 'here', iss: issuer.url }),
    ],
    ['one by a key that is not published', () => issuer.token({ aud: 'here' }, { kid: 'second' })],
    ['one that is not signed', async () => signedBy({ alg: 'none' }, () => '')],
    [
      'one that is signed with what is published',
      async () =>
        signedBy({ alg: 'HS256', kid: 'first' }, (text) =>
          createHmac('sha256', issuer.publicKeys).update(text).digest('base64url'),
        ),
    ],
  ])('%s is refused', async (_what, token) => {
    const text = await token();
    const answer = await get('/open', text);
    expect([answer.status, answer.body]).toEqual([401, { message: 'Unauthorized' }]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  function signedBy(header: object, sign: (text: string) => string): string {
    const claims = { iss: issuer.url, sub: 'x', aud: 'here', exp: IN_AN_HOUR };
    const parts = [header, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    return `Bearer ${parts.join('.')}.${sign(parts.join('.'))}`;
  }

  it.each([
    [{ scope: 'write read' }, 200],
    [{ scp: ['all'] }, 200],
    [{ scope: 'reading' }, 403],
    [{}, 403],
  ])('with %j gets from a route that asks for read or all a %d', async (scopes, status) => {
    const token = await issuer.token({ aud: 'here', ...scopes });
    const answer = await get('/scoped', `Bearer ${token}`);
    expect(answer.status).toBe(status);
  });
});

describe('the function', () => {
  it('is told the claims as texts, lists in brackets', async () => {
    const token = await issuer.token({
      aud: 'here',
      scope: 'read',
      exp: IN_AN_HOUR,
      budgets: ['a', 'b'],
    });
    const { body } = await get('/scoped', `Bearer ${token}`);
    expect(body.authorizer).toEqual({
      jwt: {
        claims: {
          iss: issuer.url,
          sub: 'somebody',
          aud: 'here',
          scope: 'read',
          exp: String(IN_AN_HOUR),
          budgets: '[a b]',
        },
        scopes: ['read', 'all'],
      },
    });
  });
});

describe('an issuer that cannot be reached', () => {
  let gone: Issuer;
  let second: typeof api;
  let authorization: string;

  beforeEach(async () => {
    gone = await startIssuer();
    authorization = await gone.token({ aud: 'here' });
    second = await startHttpApi({
      stack: stackOf(gone.url),
      callers: [],
      port: 0,
      invoker: { invoke: async () => ({ kind: 'success', payload: null }) },
    });
  });
  afterEach(() => second.close());

  const ask = async () =>
    (await fetch(`${second.url}/open`, { headers: { authorization } })).status;

  it('lets nobody in', async () => {
    await gone.close();
    expect(await ask()).toBe(401);
  });

  it('lets in whom it knows as soon as it can be reached', async () => {
    gone.fail();
    const statuses = [await ask()];
    gone.recover();
    statuses.push(await ask());
    expect(statuses).toEqual([401, 200]);
    await gone.close();
  });
});

it('an authorization that is not known lets the start fail, instead of everybody in', async () => {
  const stack = stackOf(issuer.url);
  const resources = stack.resources.map((one) => ({
    ...one,
    properties: { ...one.properties, AuthorizationType: 'CUSTOM' },
  }));
  const start = startHttpApi({
    stack: { ...stack, resources },
    callers: [],
    port: 0,
    invoker: { invoke: async () => ({ kind: 'success', payload: null }) },
  });
  await expect(start).rejects.toThrow('does not know the authorization CUSTOM');
});
