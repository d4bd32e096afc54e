import './environment-variables.ts';

import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { onlyAllowed } from '../../functions/handlers/http/access.ts';
import {
  callerOf,
  parseBody,
  parseNoBody,
  parsePath,
  parseQuery,
} from '../../functions/handlers/http/request.ts';
import type { GuardedRoute } from '../../functions/handlers/http/route.ts';
import { uuid } from '../domain/builders.ts';
import { call, gatewayEvent, post } from './gateway.ts';

/** What a person reads of a refusal: which part of the request is at fault, and what would be right. */

const reading =
  (read: (event: Parameters<GuardedRoute>[0]) => unknown): GuardedRoute =>
  async (event) => {
    read(event);
    return { status: 200, body: {} };
  };
const Query = z.strictObject({ limit: z.string().optional(), cursor: z.string().optional() });
const Deep = z.strictObject({ page: z.strictObject({ number: z.string() }) });
const onBody = reading((event) => parseBody(Deep, event));
const withoutBody = reading(parseNoBody);
const elsewhere = onlyAllowed({ known: new Set(), rules: undefined }, onBody);
const nobodyMay = onlyAllowed({ known: undefined, rules: { kind: 'iam', callers: [] } }, onBody);

describe('a refusal says what is at fault and what would be right', () => {
  it.each<readonly [string, GuardedRoute, ReturnType<typeof gatewayEvent>, string]>([
    [
      'of parameters that come twice',
      reading((event) => parseQuery(Query, event)),
      gatewayEvent({ query: 'limit=1&cursor=a&limit=2&cursor=b' }),
      'limit is given twice; cursor is given twice.',
    ],
    [
      'of a name that no person can read',
      reading((event) => parseQuery(Query, event)),
      gatewayEvent({ query: 'li%07m%C3%AFt=1' }),
      'li?m?t is not known here.',
    ],
    [
      'of a part of the path',
      reading((event) => parsePath(z.strictObject({ jobId: z.uuid() }), event)),
      gatewayEvent({ pathParameters: {} }),
      'jobId is missing.',
    ],
    [
      'of a field of the body',
      onBody,
      post({ page: { number: 1 } }),
      '/page/number has to be a string.',
    ],
    ['of a body that is a list', onBody, post([]), 'The body has to be a JSON object.'],
    [
      'of a body that is no JSON',
      onBody,
      { ...post({}), body: '{' },
      'The body has to be JSON in UTF-8, of whole characters.',
    ],
    [
      'of a body of another type',
      onBody,
      post({}, { headers: { 'content-type': 'text/plain' } }),
      'Send the body as application/json.',
    ],
    [
      'of a body that is too large',
      onBody,
      post('x'.repeat(70_000)),
      'A body may have at most 65536 bytes.',
    ],
    ['of a body where none is taken', withoutBody, post({ a: 1 }), 'The body has to be empty.'],
    [
      'of a caller whom the gateway does not name',
      reading(callerOf),
      gatewayEvent({ authorizer: {} }),
      'Nobody is known to have sent this.',
    ],
    [
      'of a token that does not say whose it is',
      reading(callerOf),
      gatewayEvent({ authorizer: { jwt: { claims: { iss: 'https://issuer.example.com/' } } } }),
      'The token has no sub, by which jobs and decisions say who sent them. Have its issuer put that claim into it.',
    ],
    [
      'of a budget that is not there',
      elsewhere,
      post({ budgetId: uuid(1) }),
      'There is no budget with this id here.',
    ],
    [
      'of a caller who lacks scopes',
      nobodyMay,
      { ...post({ minConfidence: 1 }), routeKey: 'POST /jobs' },
      'This takes the scope jobs:write and suggestions:write.',
    ],
  ])('%s', async (_what, route, event, detail) => {
    expect(await call(route, event)).toMatchObject({ body: { detail } });
  });
});

describe('what is near enough to be right is taken', () => {
  it.each(['', ' \n', '{}', '{}\n'])('%j, where no body is wanted', async (body) => {
    expect((await call(withoutBody, { ...post({}), body })).status).toBe(200);
  });

  it('a type with a space before what it says more', async () => {
    const headers = { 'content-type': 'application/json ; charset=utf-8' };
    expect((await call(onBody, post({ page: { number: '1' } }, { headers }))).status).toBe(200);
  });
});
