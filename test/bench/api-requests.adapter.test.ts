import { describe, expect, it } from 'vitest';
import { answers } from '../../bench/api/answers.ts';
import { API_FUNCTIONS } from '../../bench/api/functions.ts';
import { HANDLERS, type HandlerSpec } from '../../infra/handlers.ts';

/** How often each request asks the table, by the real handlers. */

/** Where a request that may ask once asks more often, and why. */
const MORE = {
  // One for each status: the lists are sorted by date, each by itself.
  'list-all-suggestions': 4,
  // What is written depends on what was proposed.
  'patch-suggestion': 2,
  // 20 decisions.
  'patch-suggestions': 2,
};

describe.each([false, true])('where callers and budgets are named: %s', (restricted) => {
  const answered = answers({ restricted, measured: false });

  it('each request asks the table once, but for those that cannot do with that', async () => {
    const ones = (await answered).filter(({ kind, calls }) => kind === 'one' && calls > 1);
    expect(Object.fromEntries(ones.map(({ name, calls }) => [name, calls]))).toEqual(MORE);
  });

  it('those that read before they write ask as often as that takes', async () => {
    const others = (await answered).filter(
      ({ name, kind }) => kind === 'more' && name !== 'get-job-waiting',
    );
    expect(Object.fromEntries(others.map(({ name, calls }) => [name, calls]))).toEqual({
      'cancel-job': 2,
      'create-job-again': 2,
      'list-jobs-by-both': 6,
      'retry-job': 3,
    });
  });

  it('who waits 20 seconds for a job that goes on looks less than five times a second', async () => {
    const waiting = (await answered).find(({ name }) => name === 'get-job-waiting');
    expect(waiting?.calls).toBeLessThan(100);
  });
});

it('every function behind the API is among those that are measured', () => {
  const specs: readonly HandlerSpec[] = Object.values(HANDLERS);
  const answering = specs.filter(({ timeoutSeconds }) => timeoutSeconds === 29);
  expect(API_FUNCTIONS.map((key) => HANDLERS[key].name).sort()).toEqual(
    answering.map(({ name }) => name).sort(),
  );
});
