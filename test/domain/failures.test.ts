import { describe, expect, it } from 'vitest';
import {
  FAILURES,
  FailureError,
  failure,
  isFailureCode,
  JobNotRunningError,
} from '../../functions/domain/failures.ts';
import { RETRIED_ONCE, RETRIED_WITH_BACKOFF } from '../../functions/names.ts';

const CODES = Object.keys(FAILURES).filter(isFailureCode);

describe('the list of known failures', () => {
  it.each(CODES)('%s says in whole sentences what went wrong and what to do', (code) => {
    const { sentence } = FAILURES[code];
    expect(sentence).toMatch(/^[A-Z].{30,}\.$/s);
    expect(sentence.split('. ').length).toBeGreaterThan(code === 'NOT_SUPPORTED' ? 0 : 1);
  });

  it.each(CODES)('%s names no host, path, address or placeholder', (code) => {
    expect(FAILURES[code].sentence).not.toMatch(/https?:|\/tmp|\{|\$|localhost|undefined/);
  });

  it('is closed: nothing else is a code, not even what every object has', () => {
    expect(['toString', '__proto__', 'constructor', 'TypeError', ''].map(isFailureCode)).toEqual(
      Array(5).fill(false),
    );
  });

  it('agrees with what the state machine tries again with backoff', () => {
    const transient = CODES.filter((code) => FAILURES[code].tryAgain === 'backoff');
    expect(transient.sort()).toEqual([...RETRIED_WITH_BACKOFF].sort());
  });

  it('lets the state machine try once more only what is worth one more try', () => {
    const names: readonly string[] = RETRIED_ONCE;
    const once = names.filter(isFailureCode).map((code) => FAILURES[code].tryAgain);
    expect(once).toEqual(['once']);
  });
});

describe('a failure', () => {
  it('carries its code and its sentence', () => {
    expect(failure('TIMED_OUT')).toEqual({
      code: 'TIMED_OUT',
      reason: FAILURES.TIMED_OUT.sentence,
    });
  });

  it('takes a further sentence', () => {
    expect(failure('VERSION_MISMATCH', 'It needs 27.1.').reason).toBe(
      `${FAILURES.VERSION_MISMATCH.sentence} It needs 27.1.`,
    );
  });

  it('is thrown under its code, which is what the state machine catches', () => {
    const error = new FailureError(failure('AUTH_FAILED'));
    expect([error.name, error.message]).toEqual(['AUTH_FAILED', FAILURES.AUTH_FAILED.sentence]);
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
});
