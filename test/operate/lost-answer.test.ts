import { expect, it } from 'vitest';
import { ApiError } from '../../client/api-error.ts';
import { isLost } from '../../operate/lost-answer.ts';

/** Of the ways in which a call comes to nothing, those after which it may have been done. */

const withCode = (code: string, more = {}) => Object.assign(new Error('why'), { code, ...more });

const refused = (status: number, kind?: string) =>
  new ApiError(
    new Response(null, { status }),
    kind === undefined
      ? { message: 'No' }
      : { type: `urn:actual-jobs:problem:${kind}`, detail: 'It did not go.' },
  );

it.each([
  ['the function died before it answered the gateway', refused(500)],
  ['the function took too long for the gateway', refused(504)],
  ['the table gave the function no answer', refused(503, 'unavailable')],
  ['the connection breaks', withCode('ECONNRESET')],
  [
    'the other side hangs up on fetch',
    new TypeError('failed', { cause: withCode('UND_ERR_SOCKET') }),
  ],
  ['nobody answers in time on a connection', withCode('ETIMEDOUT', { syscall: 'read' })],
])('is lost where %s', (_how, error) => {
  expect(isLost(error)).toBe(true);
});

it.each([
  ['the function went wrong', refused(500, 'internal')],
  ['the API refuses it', refused(409, 'conflict')],
  ['the gateway refuses it', refused(429)],
  ['nobody listens', withCode('ECONNREFUSED', { syscall: 'connect' })],
  ['an address cannot be reached', withCode('ETIMEDOUT', { syscall: 'connect' })],
  [
    'none of several addresses can be reached',
    Object.assign(new AggregateError([withCode('ETIMEDOUT')]), { code: 'ETIMEDOUT' }),
  ],
  ['the certificate is not good', withCode('DEPTH_ZERO_SELF_SIGNED_CERT')],
  ['it has a fault of its own', new TypeError('fetch is not called so')],
])('is not lost where %s', (_how, error) => {
  expect(isLost(error)).toBe(false);
});
