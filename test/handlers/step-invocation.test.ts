import { afterEach, describe, expect, it, vi } from 'vitest';
import { budgetId, executionId, jobId } from '../../functions/domain/ids.ts';
import type { StepResult } from '../../functions/domain/transitions.ts';
import { openMetrics } from '../../functions/handlers/metrics.ts';
import { stepInvocation } from '../../functions/handlers/step-invocation.ts';
import { lookAtBudget } from '../../functions/jobs/dispatch.ts';
import type { Meter } from '../../functions/store/meter.ts';
import { at, uuid } from '../domain/builders.ts';
import { FakeExecutions } from '../jobs/fake-executions.ts';
import { FakeJobs } from '../jobs/fake-jobs.ts';
import { countingIds } from '../jobs/ids.ts';
import { lambdaContext } from './gateway.ts';
import { keepPrinted } from './printed.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const meter: Meter = {
  take: () => ({ calls: {}, readUnits: 0, writeUnits: 0 }),
  counting: (client) => client,
};

it('names job and request before it asks for anything, for a process that dies says no more', async () => {
  const context = lambdaContext();
  const event = { jobId: uuid(1), budgetId: uuid(2), executionId: `execution:${uuid(1)}` };
  const printed = keepPrinted();
  const asked = Promise.withResolvers<void>();
  const silent = (): Promise<never> => {
    asked.resolve();
    return new Promise(() => {});
  };
  const step = stepInvocation({
    step: 'sync',
    jobs: { get: silent, beginStep: silent, writeStep: silent },
    meter,
    metrics: openMetrics('MyStack'),
    work: () => silent,
  });
  void step(event, context);
  await asked.promise;
  expect(printed.lines()).toMatchObject([
    { jobId: uuid(1), budgetId: uuid(2), requestId: context.awsRequestId },
  ]);
});

describe('the metrics of a step', () => {
  const BUDGET = budgetId(uuid(2));
  const JOB = jobId(uuid(1));

  /** Runs the step `sync` of a job as often as there are results, and gives what it said of itself. */
  async function callsFor(...results: readonly StepResult[]): Promise<readonly unknown[][]> {
    const jobs = new FakeJobs();
    jobs.queue(JOB, BUDGET, { type: 'sync_and_suggest' });
    const executions = new FakeExecutions();
    await lookAtBudget({ jobs, executions, now: () => at(20), ...countingIds(500) }, BUDGET);
    const event = {
      jobId: JOB,
      budgetId: BUDGET,
      executionId: executionId(executions.idOf(JOB)),
      step: 'sync',
    };
    const stepDone = vi.fn();
    for (const result of results) {
      const step = stepInvocation({
        step: 'sync',
        jobs,
        meter,
        metrics: { ...openMetrics('MyStack'), stepDone },
        work: () => async () => result,
      });
      expect(await step(event, lambdaContext())).toEqual(results[0]?.counts ?? {});
    }
    return stepDone.mock.calls;
  }

  const saidOf = async (...results: readonly StepResult[]) =>
    (await callsFor(...results)).map(([name, , counts]) => [name, counts]);

  it('have the counts that it reported', async () => {
    expect(await saidOf({ counts: { accounts: 3 } })).toEqual([['sync', { accounts: 3 }]]);
  });

  it('are said of one without counts too', async () => {
    expect(await saidOf({})).toEqual([['sync', {}]]);
  });

  it('carry the ids of the job and of the request, and how long it took', async () => {
    const times = [1_000, 3_500.4];
    vi.spyOn(performance, 'now').mockImplementation(() => times.shift() ?? 0);
    const ids = { jobId: JOB, budgetId: BUDGET, requestId: lambdaContext().awsRequestId };
    expect(await callsFor({})).toEqual([['sync', 2_500, {}, ids]]);
  });

  it('are not said again of one that had succeeded before', async () => {
    const result = { counts: { accounts: 3 } };
    expect(await saidOf(result, result)).toHaveLength(1);
  });
});
