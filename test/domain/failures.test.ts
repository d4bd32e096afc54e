import { describe, expect, it } from 'vitest';
import {
  FAILURES,
  FailureError,
  failure,
  isFailureCode,
  isRetryable,
  sentenceOf,
} from '../../functions/domain/failures.ts';
import { JobChangingError, JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { failureOf } from '../../functions/jobs/settle.ts';
import {
  JOB_CHANGING,
  RETRIED_ONCE,
  RETRIED_WHEN_SCHEDULED,
  RETRIED_WITH_BACKOFF,
} from '../../functions/names.ts';

const CODES = Object.keys(FAILURES).filter(isFailureCode);

describe('the list of known failures', () => {
  it.each(CODES)('%s says in whole sentences what went wrong and what to do', (code) => {
    const { problem, next } = FAILURES[code];
    for (const part of [problem, next]) expect(part).toMatch(/^[A-Z].{15,}\.$/s);
    expect(sentenceOf(code)).toBe(`${problem} ${next}`);
  });

  it.each(CODES)('%s names no host, path, address or placeholder', (code) => {
    expect(sentenceOf(code)).not.toMatch(/https?:|\/tmp|\{|\$|localhost|undefined/);
  });

  it('is closed: nothing else is a code, not even what every object has', () => {
    expect(['toString', '__proto__', 'constructor', 'TypeError', ''].map(isFailureCode)).toEqual(
      Array(5).fill(false),
    );
  });

  it('agrees with what the state machine tries again with backoff', () => {
    const transient = CODES.filter((code) => FAILURES[code].tryAgain === 'backoff');
    const throttled = failureOf({ Error: 'Lambda.TooManyRequestsException', Cause: '' }, 'id');
    expect(transient.sort()).toEqual([...RETRIED_WITH_BACKOFF, throttled.code].sort());
  });

  it('agrees with what scheduled jobs wait for', () => {
    const waited = CODES.filter((code) => FAILURES[code].tryAgain === 'later');
    expect(waited).toEqual([...RETRIED_WHEN_SCHEDULED]);
  });

  it('lets the state machine try once more only what is worth one more try', () => {
    const once = CODES.filter((code) => FAILURES[code].tryAgain === 'once');
    const retried = RETRIED_ONCE.map((name) => failureOf({ Error: name, Cause: '' }, 'id').code);
    expect([...new Set(retried)].sort()).toEqual(once.sort());
  });

  it('counts as worth another try what may pass by itself, and nothing that waits for the user', () => {
    const worth = [
      'SERVER_UNREACHABLE',
      'LOGIN_THROTTLED',
      'WORKER_DIED',
      'DOWNLOAD_FAILED',
    ] as const;
    const not = ['AUTH_FAILED', 'BUDGET_RESET', 'VERSION_MISMATCH', 'TIMED_OUT'] as const;
    expect(worth.map(isRetryable)).toEqual([true, true, true, true]);
    expect(not.map(isRetryable)).toEqual([false, false, false, false]);
  });
});

it('says nowhere that a job can be run again as it is where that is not worth it', () => {
  const plain = CODES.filter((code) => /lost; the job can be run again/.test(sentenceOf(code)));
  expect(plain.filter((code) => !isRetryable(code))).toEqual([]);
});

it('advises to reset the sync of a budget that is too large last of all: it costs its Sync ID', () => {
  expect(FAILURES.BUDGET_TOO_LARGE.next).toMatch(
    /^Have a proxy .* fewer suggestions .* If neither helps, .* Reset sync\.$/,
  );
});

describe('a failure', () => {
  it('carries its code and its sentence', () => {
    expect(failure('TIMED_OUT')).toEqual({
      code: 'TIMED_OUT',
      reason: sentenceOf('TIMED_OUT'),
    });
  });

  it('takes a further sentence', () => {
    expect(failure('VERSION_MISMATCH', 'It needs 27.1.').reason).toBe(
      `${sentenceOf('VERSION_MISMATCH')} It needs 27.1.`,
    );
  });

  it('is thrown under its code, which is what the state machine catches', () => {
    const error = new FailureError(failure('AUTH_FAILED'));
    expect([error.name, error.message]).toEqual(['AUTH_FAILED', sentenceOf('AUTH_FAILED')]);
  });

  it('keeps its cause for the logs, away from its text', () => {
    const cause = new Error('raw');
    const error = new FailureError(failure('UNKNOWN'), { cause });
    expect(error.cause).toBe(cause);
    expect(error.message).not.toContain('raw');
  });
});

describe('a step whose job is not its own', () => {
  it('ends with JobNotRunning and the advice to retry', () => {
    const error = new JobNotRunningError();
    expect(error.name).toBe('JobNotRunning');
    expect(error.message).toContain('/retry');
  });

  it('is tried again under its own name while the job is being written, and says so', () => {
    const error = new JobChangingError();
    expect(error.name).toBe(JOB_CHANGING);
    expect(error.message).toContain('tried again');
  });
});
