import { describe, expect, it } from 'vitest';
import { translate } from '../../functions/actual/failures.ts';
import type { Exchange } from '../../functions/actual/network.ts';
import { FailureError, failure } from '../../functions/domain/failures.ts';

function exchange(outcome: Exchange['outcome']): Exchange {
  return { path: '/sync/sync', outcome, sentBytes: 0, receivedBytes: 0 };
}

function codeOf(error: unknown, ...outcomes: readonly Exchange['outcome'][]): string {
  return translate(error, outcomes.map(exchange)).name;
}

const coded = (code: string) => Object.assign(new Error('Canary Grocer'), { code });

describe('what the library throws', () => {
  it.each([
    ['invalid-password', 'AUTH_FAILED'],
    ['unauthorized', 'SESSION_EXPIRED'],
    ['token-expired', 'SESSION_EXPIRED'],
    ['too-many-requests', 'LOGIN_THROTTLED'],
    ['network-failure', 'SERVER_UNREACHABLE'],
    ['budget-not-found', 'BUDGET_NOT_FOUND'],
    ['missing-key', 'ENCRYPTION_KEY_REQUIRED'],
    ['decrypt-failure', 'ENCRYPTION_KEY_WRONG'],
    ['old-key-style', 'ENCRYPTION_KEY_UNSUPPORTED'],
    ['out-of-sync-migrations', 'VERSION_MISMATCH'],
    ['out-of-sync-data', 'VERSION_MISMATCH'],
    ['invalid-schema', 'VERSION_MISMATCH'],
    ['out-of-sync', 'SYNC_DIVERGED'],
    ['file-has-reset', 'BUDGET_RESET'],
    ['file-has-new-key', 'BUDGET_RESET'],
    ['file-needs-upload', 'BUDGET_NEEDS_ATTENTION'],
    ['file-old-version', 'BUDGET_NEEDS_ATTENTION'],
    ['file-key-mismatch', 'BUDGET_NEEDS_ATTENTION'],
    ['file-not-found', 'BUDGET_NEEDS_ATTENTION'],
    ['clock-drift', 'CLOCK_DRIFT'],
    ['download-failure', 'DOWNLOAD_FAILED'],
    ['not-zip-file', 'BUDGET_CORRUPT'],
    ['invalid-zip-file', 'BUDGET_CORRUPT'],
    ['invalid-meta-file', 'BUDGET_CORRUPT'],
    ['SQLITE_CORRUPT', 'BUDGET_CORRUPT'],
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['SQLITE_FULL', 'DISK_FULL'],
    ['ECONNREFUSED', 'SERVER_UNREACHABLE'],
    ['something-else', 'UNKNOWN'],
  ])('%s becomes %s', (code, expected) => {
    expect(codeOf(coded(code))).toBe(expected);
    expect(codeOf({ type: 'PostError', reason: code })).toBe(expected);
    expect(codeOf(new Error('wrapped', { cause: coded(code) }))).toBe(expected);
  });

  it.each(['internal', 'download-failure', 'something-else'])(
    '%s is a full disk where the library said so on the console',
    (code) => {
      expect(translate(coded(code), [], new Set(['disk-full'])).name).toBe('DISK_FULL');
    },
  );

  it('is a damaged budget where nothing else is known and the library said so on the console', () => {
    const damaged = new Set(['database-damaged'] as const);
    expect(translate(new Error('failed'), [], damaged).name).toBe('BUDGET_CORRUPT');
    expect(translate(coded('network-failure'), [], damaged).name).toBe('SERVER_UNREACHABLE');
  });

  it('tells a missing key from a wrong one', () => {
    const error = Object.assign(coded('decrypt-failure'), { meta: { isMissingKey: true } });
    expect(codeOf(error)).toBe('ENCRYPTION_KEY_REQUIRED');
  });

  it.each([
    [401, 'SESSION_EXPIRED'],
    [413, 'BUDGET_TOO_LARGE'],
    [429, 'SERVER_THROTTLED'],
    [500, 'SERVER_UNREACHABLE'],
    [503, 'SERVER_UNREACHABLE'],
    ['silent', 'SERVER_UNREACHABLE'],
    ['unreachable', 'SERVER_UNREACHABLE'],
  ] as const)('a vague error after %s on the network becomes %s', (outcome, expected) => {
    for (const vague of ['network-failure', 'internal', '<html>413</html>', 'download-failure']) {
      expect(codeOf(coded(vague), 200, outcome, 'pending')).toBe(expected);
    }
  });

  it('says of a file that Actual does not unpack that it is the file, and of a request that is refused nothing of files', () => {
    const file = translate({ type: 'FileDownloadError', reason: 'zip-too-large' }, [exchange(200)]);
    expect([file.name, file.message]).toEqual([
      'BUDGET_TOO_LARGE',
      expect.stringContaining("It is the budget's file on the server that is too large"),
    ]);
    expect(translate(coded('network-failure'), [exchange(413)]).failure).toEqual(
      failure('BUDGET_TOO_LARGE'),
    );
  });

  it.each([403, 404] as const)(
    'something before the server is in the way when %s is the last word',
    (outcome) => {
      expect(codeOf(coded('<html>'), 200, outcome)).toBe('SERVER_UNREACHABLE');
      expect(codeOf(coded('<html>'), outcome, 200)).toBe('UNKNOWN');
      expect(codeOf(coded('file-access-not-allowed'), outcome)).toBe('BUDGET_NOT_FOUND');
      expect(codeOf(coded('download-failure'), outcome)).toBe('DOWNLOAD_FAILED');
    },
  );

  it('has the user look for a firewall before sync is reset where a download is forbidden, as the server says the same', () => {
    const { message } = translate(coded('download-failure'), [exchange(403)]);
    expect(message).toMatch(/firewall.*Reset sync/);
  });

  it.each([202, 204, 405, 406, 408, 415, 451])(
    'something before the server is in the way when %s is the last word, which the server itself never says',
    (outcome) => {
      expect(codeOf(coded('<html>'), 200, outcome)).toBe('SERVER_UNREACHABLE');
    },
  );

  it.each([200, 400, 418, 422])(
    '%s as the last word says nothing of what is before the server',
    (outcome) => {
      expect(codeOf(coded('new-reason'), outcome)).toBe('UNKNOWN');
    },
  );

  it('names the intermediate certificates, without which browsers are content', () => {
    const { message } = translate(coded('network-failure'), [exchange('untrusted')]);
    expect(message).toContain('be sent with its intermediate certificates');
  });

  it('knows the clock of the library by its name alone', () => {
    const error = Object.assign(new Error('Canary Grocer'), { name: 'ClockDriftError' });
    expect(codeOf(error)).toBe('CLOCK_DRIFT');
    expect(codeOf(new Error('wrapped', { cause: error }))).toBe('CLOCK_DRIFT');
  });

  it('believes nothing that was made of a web page', () => {
    expect(codeOf(coded('not-zip-file'), 200, 'page')).toBe('SERVER_UNREACHABLE');
  });

  it('believes a clear error rather than the network', () => {
    expect(codeOf(coded('budget-not-found'), 502)).toBe('BUDGET_NOT_FOUND');
  });

  const endless = new Error('Canary Grocer');
  endless.cause = endless;
  it.each([
    [undefined],
    [null],
    ['text'],
    [new Error('Canary Grocer')],
    [{ reason: 7 }],
    [endless],
  ])('is UNKNOWN when it is %s', (error) => {
    expect(codeOf(error)).toBe('UNKNOWN');
  });

  it('is not translated twice', () => {
    const known = new FailureError(failure('BUDGET_RESET', 'Its Sync ID is now 7.'));
    expect(translate(known, [exchange(502)])).toBe(known);
  });

  it('passes on where it was thrown, and nothing of what it says', () => {
    const said = new Error('Canary\nbought at Canary');
    const error = Object.assign(said, { code: '<html>Canary</html>', reason: 'file-not-found' });
    const { cause, stack, message } = translate(error, []);
    const codes = String(Reflect.get(Object(cause), 'codes'));
    const told = [codes, cause instanceof Error ? cause.stack : '', stack, message].join('\n');
    expect(told).toContain('failures.test.ts');
    expect(told).toContain('file-not-found');
    expect(told).not.toContain('Canary');
  });
});
