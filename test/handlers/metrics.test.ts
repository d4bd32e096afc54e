import { beforeEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { endJob, type Outcome, startJob } from '../../functions/domain/transitions.ts';
import { openMetrics } from '../../functions/handlers/metrics.ts';
import { context, JOB, newRecord } from '../domain/builders.ts';
import { keepPrinted, type Printed } from './printed.ts';

/** The lines that CloudWatch makes metrics of. */
let lines: Printed['lines'];

beforeEach(() => {
  ({ lines } = keepPrinted());
  return () => vi.restoreAllMocks();
});

const IDS = { jobId: 'job-1', budgetId: 'budget-1', requestId: 'request-1' };
const metrics = openMetrics('MyStack');
/** What a sweep reports. */
const FOUND = {
  ...{ budgets: 2, waiting: 3, oldest: { jobId: JOB }, longestWaitSeconds: 60 },
  ...{ started: 1, failed: [] },
};

interface Said {
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What CloudWatch reads in a line: names with values, and the dimensions that they are by. */
function said(line: Readonly<Record<string, unknown>>): Said {
  const { CloudWatchMetrics } = Object(line._aws);
  const [{ Namespace, Dimensions, Metrics }] = CloudWatchMetrics;
  expect(Namespace).toBe('MyStack');
  expect(Dimensions).toHaveLength(1);
  const pick = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, line[name]]));
  return {
    dimensions: pick(Dimensions[0].filter((name: string) => name !== 'service')),
    values: pick(Metrics.map(({ Name }: { Name: string }) => Name)),
  };
}

function ended(outcome: Outcome) {
  const running = startJob(newRecord({ type: 'budget_sync' }), context(1));
  return endJob(running.record, outcome, context(2)).record.job;
}

describe('metrics', () => {
  it('count a job by its type and its end', () => {
    metrics.jobEnded(ended({ status: 'succeeded' }), IDS);
    expect(lines().map(said)).toEqual([
      { dimensions: { type: 'budget_sync', end: 'succeeded' }, values: { Jobs: 1 } },
    ]);
  });

  it('count one that failed whatever its type, too', () => {
    metrics.jobEnded(ended({ status: 'failed', failure: failure('TIMED_OUT') }), IDS);
    expect(lines().map(said)).toEqual([
      { dimensions: { type: 'budget_sync', end: 'failed' }, values: { Jobs: 1 } },
      { dimensions: {}, values: { FailedJobs: 1 } },
    ]);
  });

  it('count none as failed that was called off', () => {
    metrics.jobEnded(ended({ status: 'canceled' }), IDS);
    expect(lines().map(said)).toEqual([
      { dimensions: { type: 'budget_sync', end: 'canceled' }, values: { Jobs: 1 } },
    ]);
  });

  it('say how long a step took, and what it did for suggestions', () => {
    metrics.stepDone('suggestions', 1234, { written: 21, removed: 3 }, IDS);
    metrics.stepDone('apply', 2000, { applied: 4 }, IDS);
    expect(lines().map(said)).toEqual([
      { dimensions: { step: 'suggestions' }, values: { StepDuration: 1234 } },
      { dimensions: {}, values: { SuggestionsMade: 21 } },
      { dimensions: { step: 'apply' }, values: { StepDuration: 2000 } },
      { dimensions: {}, values: { SuggestionsApplied: 4 } },
    ]);
  });

  it('say what the sweep found', () => {
    metrics.swept(FOUND, IDS);
    expect(lines().map(said)).toEqual([
      { dimensions: {}, values: { LineLength: 3, Strays: 1 } },
      { dimensions: {}, values: { LineAge: 60 } },
    ]);
  });

  it('name the job that waits for the longest beside its age, and beside nothing else', () => {
    metrics.swept(FOUND, { requestId: 'request-1' });
    expect(lines().map((line) => ['LineAge' in line, line.jobId])).toEqual([
      [false, undefined],
      [true, JOB],
    ]);
  });

  it('count logins', () => {
    metrics.loggedIn(IDS);
    expect(lines().map(said)).toEqual([{ dimensions: {}, values: { Logins: 1 } }]);
  });

  it('say nothing of zeros: a metric costs by the hours in which it is', () => {
    const nothing = { budgets: 0, waiting: 0, oldest: undefined, longestWaitSeconds: 0 };
    metrics.swept({ ...nothing, started: 0, failed: [] }, IDS);
    expect(lines()).toEqual([]);
  });

  it('carry the ids that are known, as any other line does', () => {
    metrics.stepDone('sync', 1, {}, IDS);
    expect(lines()[0]).toMatchObject(IDS);
  });

  it('keep nothing of the line before', () => {
    metrics.stepDone('sync', 1, {}, IDS);
    metrics.loggedIn({ requestId: 'request-2' });
    expect(Object.keys(lines()[1] ?? {}).sort()).toEqual([
      'Logins',
      '_aws',
      'requestId',
      'service',
    ]);
  });
});
