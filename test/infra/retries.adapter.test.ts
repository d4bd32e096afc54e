import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FAILURES, type FailureCode, isFailureCode } from '../../functions/domain/failures.ts';
import { RETRIED_ONCE, RETRIED_WITH_BACKOFF } from '../../functions/names.ts';
import { gaps, openWorkflow, type RunOf } from './workflow-run.ts';

/** The synthesized definition of the workflow, run in virtual time: which failures it tries again, when, how often. */

let run: RunOf;

beforeAll(async () => {
  run = await openWorkflow();
});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const CODES = Object.keys(FAILURES).filter(isFailureCode);
/** Lambda and Step Functions have names of their own for what no function can say of itself. */
const THROWN: Readonly<Partial<Record<FailureCode, string>>> = {
  TIMED_OUT: 'Sandbox.Timedout',
  WORKER_DIED: 'Runtime.ExitError',
  NO_CAPACITY: 'Lambda.TooManyRequestsException',
};
const TRIES = { no: 1, backoff: 4, once: 2, itself: 1, later: 1 } as const;
const SCHEDULED_TRIES = { ...TRIES, later: 4 } as const;

/** Faults after which the function may have run, or may be running. */
const MAY_HAVE_RUN = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
];

describe('a job asked for', () => {
  it.each(CODES.map((code) => [code, TRIES[FAILURES[code].tryAgain]] as const))(
    'that fails with %s is tried %i times',
    async (code, tries) => {
      const { calls, settled } = await run('budget_sync', () => THROWN[code] ?? code);
      expect(calls).toHaveLength(tries);
      const failure = { Error: THROWN[code] ?? code };
      expect(settled).toMatchObject({ outcome: 'failed', failure });
    },
  );

  it.each([
    ...RETRIED_ONCE.map((name) => [name, 2] as const),
    ['Lambda.TooManyRequestsException', 4] as const,
    ['EnvironmentError', 4] as const,
    ['JobChanging', 4] as const,
    ['Lambda.ServiceException', 4] as const,
    ['JobNotRunning', 1] as const,
  ])('whose function ends with %s is tried %i times', async (name, tries) => {
    expect((await run('budget_sync', () => name)).calls).toHaveLength(tries);
  });

  it.each(RETRIED_ONCE)(
    'whose function ends with %s is tried again after two seconds',
    async (name) => {
      expect(gaps((await run('budget_sync', () => name)).calls)).toEqual([2]);
    },
  );

  it('waits up to 2, 6 and 18 seconds, and never the same, so that jobs do not come back all at once', async () => {
    const waits = await Promise.all(
      Array.from({ length: 20 }, () => run('budget_sync', () => 'SERVER_UNREACHABLE')),
    ).then((runs) => runs.map(({ calls }) => gaps(calls)));
    for (const [first = 0, second = 0, third = 0] of waits) {
      expect(first).toBeLessThanOrEqual(2);
      expect(second).toBeLessThanOrEqual(6);
      expect(third).toBeLessThanOrEqual(18);
    }
    expect(new Set(waits.map(([, , third]) => third)).size).toBeGreaterThan(10);
  });

  it.each(MAY_HAVE_RUN)(
    'that meets %s is tried again once the worker that nobody heard of is surely over',
    async (name) => {
      for (const type of [
        'budget_sync',
        'suggestions_apply',
        'snapshot_create',
        'snapshot_redownload',
      ]) {
        const { calls } = await run(type, () => name);
        expect(gaps(calls).map(Math.round)).toEqual([960, 960, 960]);
      }
    },
  );

  it.each(MAY_HAVE_RUN)(
    'that only proposes is tried again soon after %s: it changes no budget',
    async (name) => {
      for (const type of ['suggestions_generate', 'suggestions_retry_payee']) {
        const { calls } = await run(type, () => name);
        expect(calls).toHaveLength(4);
        expect(calls.at(-1)).toBeLessThan(60);
      }
    },
  );

  it('that meets such a fault on its way through a sync waits there as well', async () => {
    const { calls, states } = await run('suggestions_generate', (name) =>
      name.includes('Sync') ? 'Lambda.ServiceException' : 'SNAPSHOT_MISSING',
    );
    expect(states).toContain('RefreshSnapshot');
    expect(gaps(calls).slice(1).map(Math.round)).toEqual([960, 960, 960]);
  });

  it.each([
    ['there was no room for its function', 'Lambda.TooManyRequestsException'],
    ['its function has new code and not its new settings yet', 'EnvironmentError'],
    ['its job was being written as its step began', 'JobChanging'],
  ])('is tried again soon when %s: it did nothing', async (_why, name) => {
    const { calls } = await run('suggestions_apply', () => name);
    expect(calls).toHaveLength(4);
    expect(calls.at(-1)).toBeLessThan(60);
  });

  it('goes through when the server comes back in time', async () => {
    const { settled, states } = await run('sync_and_suggest', (_name, before) =>
      before < 3 ? 'SERVER_THROTTLED' : null,
    );
    expect(settled).toMatchObject({ outcome: 'succeeded' });
    expect(states).toEqual(['JobType', 'Sync', 'Suggestions', 'SettleSucceeded']);
  });
});

describe('a scheduled job', () => {
  it.each(CODES.map((code) => [code, SCHEDULED_TRIES[FAILURES[code].tryAgain]] as const))(
    'that fails with %s is tried %i times',
    async (code, tries) => {
      const { calls } = await run('scheduled_sync_and_suggest', () => THROWN[code] ?? code);
      expect(calls).toHaveLength(tries);
    },
  );

  it.each(MAY_HAVE_RUN)('waits as long as others after %s', async (name) => {
    const { calls } = await run('scheduled_sync_and_suggest', () => name);
    expect(gaps(calls).map(Math.round)).toEqual([960, 960, 960]);
  });

  it.each([...RETRIED_WITH_BACKOFF, 'LOGIN_THROTTLED'])(
    'comes back 1, 5 and 15 minutes after %s',
    async (code) => {
      const { calls } = await run('scheduled_sync_and_suggest', () => code);
      expect(gaps(calls).map(Math.round)).toEqual([60, 300, 900]);
    },
  );
});

it('NOT_SUPPORTED: a job of a type that the workflow does not know calls nothing and fails', async () => {
  const { calls, settled } = await run('a_type_to_come', () => null);
  expect(calls).toEqual([]);
  expect(settled).toMatchObject({ outcome: 'failed', failure: { Error: 'NOT_SUPPORTED' } });
});

describe('suggestions without a usable snapshot', () => {
  const once = (code: string) => (name: string, before: number) =>
    name.includes('Suggestions') && before === 0 ? code : null;

  it.each(['SNAPSHOT_MISSING', 'SNAPSHOT_DAMAGED'])(
    'SNAPSHOT_MISSING and SNAPSHOT_DAMAGED: they go through a sync, once, and succeed (%s)',
    async (code) => {
      const { states, settled } = await run('suggestions_generate', once(code));
      expect(settled).toMatchObject({ outcome: 'succeeded' });
      expect(states.slice(1, -1)).toEqual([
        'Suggestions',
        'RefreshSnapshot',
        'SuggestionsAfterRefresh',
      ]);
    },
  );

  it.each([
    ['sync_and_suggest', 'Sync', 'Suggestions'],
    ['scheduled_sync_and_suggest', 'ScheduledSync', 'ScheduledSuggestions'],
  ])('go through one more sync in a job that has found nothing new (%s)', async (type, ...own) => {
    const { states, settled } = await run(type, once('SNAPSHOT_DAMAGED'));
    expect(settled).toMatchObject({ outcome: 'succeeded' });
    expect(states.slice(1, -1)).toEqual([...own, 'RefreshSnapshot', 'SuggestionsAfterRefresh']);
  });

  it.each(['SNAPSHOT_MISSING', 'SNAPSHOT_DAMAGED'])(
    'SNAPSHOT_MISSING and SNAPSHOT_DAMAGED: they fail when the sync did not help (%s)',
    async (code) => {
      const { states, settled } = await run('suggestions_generate', (name) =>
        name.includes('Suggestions') ? code : null,
      );
      expect(settled).toMatchObject({ outcome: 'failed', failure: { Error: code } });
      expect(states.filter((state) => state.startsWith('Suggestions'))).toHaveLength(2);
    },
  );
});

describe('settling', () => {
  // An execution that fails there has its job settled by its status event, which knows no more than that it failed.
  it.each(['Lambda.TooManyRequestsException', 'UNKNOWN'])(
    'waits out five minutes of %s: a job that did its work is not told as one that failed',
    async (name) => {
      vi.spyOn(Math, 'random').mockReturnValue(0.5);
      const { succeeded, settled } = await run(
        'suggestions_apply',
        () => null,
        (seconds) => (seconds < 300 ? name : null),
      );
      expect(settled).toMatchObject({ outcome: 'succeeded' });
      expect(succeeded).toBe(true);
    },
  );

  it('is tried again within a minute, however often it was before', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const tries: number[] = [];
    await run(
      'suggestions_apply',
      () => null,
      (seconds) => {
        tries.push(seconds);
        return 'UNKNOWN';
      },
    );
    expect(Math.round(Math.max(...gaps(tries)))).toBeLessThanOrEqual(60);
  });
});
