import { describe, expect, it } from 'vitest';
import { translate } from '../../functions/actual/failures.ts';
import { describeError } from '../../functions/handlers/logger.ts';
import { NewerItemError, NewerSchemaError } from '../../functions/store/errors.ts';

describe('an error in the log', () => {
  it('has a name and a place, and no text', () => {
    const logged = describeError(new RangeError('Lidl -12.34'));
    expect(logged.name).toBe('RangeError');
    expect(logged.frames[0]).toMatch(/logger\.test\.ts/);
    expect(JSON.stringify(logged)).not.toContain('Lidl');
  });

  it('has no text of several lines either', () => {
    const logged = describeError(new Error('first\n    at second\n    at Lidl (x:1:2)'));
    expect(logged.frames[0]).toMatch(/logger\.test\.ts/);
    expect(JSON.stringify(logged)).not.toMatch(/first|second|Lidl/);
  });

  it('has its way through the code, from where it happened to twelve frames further out', () => {
    const error = new Error('x');
    const frame = (line: number) => `    at step (file:///code.ts:${line}:1)`;
    error.stack = ['Error: x', ...Array.from({ length: 20 }, (_, line) => frame(line))].join('\n');
    const { frames } = describeError(error);
    expect(frames).toEqual(Array.from({ length: 12 }, (_, line) => frame(line).trim()));
  });

  it('names its causes and the status of a service', () => {
    const cause = Object.assign(new Error('x'), { $metadata: { httpStatusCode: 400 } });
    expect(describeError(new Error('y', { cause }))).toMatchObject({
      cause: { name: 'Error', serviceStatus: 400 },
    });
  });

  it('has its code, and not what stands in the place of one', () => {
    const coded = (code: unknown) => describeError(Object.assign(new Error('x'), { code })).codes;
    expect(coded('ECONNREFUSED')).toEqual(['ECONNREFUSED']);
    for (const code of ['Lidl -12.34', '<html>', 7, '', '-'.repeat(200)]) {
      expect(coded(code)).toBeUndefined();
    }
  });

  it("has the codes that Actual's library had, and how the last request that failed ended", () => {
    const error = Object.assign(new Error('Lidl'), { reason: 'network-failure', code: '<html>' });
    const nothing = { sentBytes: 0, receivedBytes: 0 };
    const logged = describeError(
      translate(error, [
        { path: '/account/login', outcome: 200, ...nothing },
        { path: '/hidden/sync/sync', outcome: 'unreachable', fault: 'ENOTFOUND', ...nothing },
      ]),
    );
    expect(logged.cause?.codes).toEqual(['network-failure', 'sync/sync:unreachable', 'ENOTFOUND']);
    expect(JSON.stringify(logged)).not.toMatch(/Lidl|html|hidden/);
  });

  it("has no part of the server's own path, before whichever call of Actual", () => {
    const codesOf = (path: string) => {
      const exchange = { path, outcome: 502, sentBytes: 0, receivedBytes: 0 } as const;
      return describeError(translate(new Error('Lidl'), [exchange])).cause?.codes;
    };
    expect(codesOf('/hidden/info')).toEqual(['info:502']);
    expect(codesOf('/hidden/account/login')).toEqual(['account/login:502']);
    expect(codesOf('/hidden/simplefin/accounts')).toEqual(['simplefin/accounts:502']);
  });

  it('says what to do where a newer version has written an item', () => {
    const logged = describeError(new NewerSchemaError('JOB', 2, 1));
    expect(logged.says).toContain('Deploy the newer version again');
  });

  it('says so too where that version wrote what is not known yet in a known schema', () => {
    const logged = describeError(new NewerItemError('JOB', 'an unknown type'));
    expect(logged.says).toBe(
      'A stored item (JOB) has an unknown type. Deploy the newer version again.',
    );
  });

  it('may be anything that was thrown', () => {
    expect(describeError('Lidl')).toEqual({ name: 'string', frames: [] });
    expect(describeError(undefined)).toEqual({ name: 'undefined', frames: [] });
  });
});
