import { createHash } from 'node:crypto';
import aws4 from 'aws4';
import { describe, expect, it } from 'vitest';
import { isSigned } from '../../local/runtime/http/signature.ts';
import { CREDENTIALS } from '../e2e/installation.ts';

describe('signatures', () => {
  const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);
  const signed = (
    secretAccessKey = CREDENTIALS.secretAccessKey,
    service = 'execute-api',
    more: Readonly<Record<string, string>> = {},
  ) => {
    const { headers = {} } = aws4.sign(
      {
        method: 'POST',
        path: '/things?a=1&b=2',
        host: 'localhost:1',
        service,
        region: 'us-east-1',
        headers: { 'X-Amz-Date': '20260101T120000Z', ...more },
        body: '{}',
      },
      { ...CREDENTIALS, secretAccessKey },
    );
    const lower = Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]);
    return { method: 'POST', url: '/things?a=1&b=2', headers: Object.fromEntries(lower) };
  };
  const check = (request: ReturnType<typeof signed>, body = '{}', now = NOW) =>
    isSigned(request, Buffer.from(body), CREDENTIALS, now);

  /** As SDKs sign: with a header that says which body it is. */
  const withHash = () =>
    signed(undefined, undefined, {
      'X-Amz-Content-Sha256': createHash('sha256').update('{}').digest('hex'),
    });

  it('are right as they were made', () => {
    expect([check(signed()), check(withHash())]).toEqual([true, true]);
  });

  it.each([
    ['another secret', () => check(signed('other'))],
    ['another service', () => check(signed(undefined, 's3'))],
    ['another body', () => check(signed(), '{"a":1}')],
    ['another body than the one that is signed in a header', () => check(withHash(), '{"a":1}')],
    ['another path', () => check({ ...signed(), url: '/things?a=1&b=3' })],
    ['another method', () => check({ ...signed(), method: 'PUT' })],
    ['a query that is no text', () => check({ ...signed(), url: '/things?a=%ff' })],
    ['no signature', () => check({ ...signed(), headers: {} })],
    ['a clock 6 minutes ahead', () => check(signed(), '{}', NOW + 6 * 60_000)],
    ['a clock 6 minutes behind', () => check(signed(), '{}', NOW - 6 * 60_000)],
    ['a changed header', () => check({ ...signed(), headers: { ...signed().headers, host: 'x' } })],
  ])('are refused with %s', (_what, attempt) => {
    expect(attempt()).toBe(false);
  });
});
