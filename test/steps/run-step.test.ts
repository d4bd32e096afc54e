import { beforeEach, describe, expect, it } from 'vitest';
import { budgetId, executionId, jobId, workerId } from '../../functions/domain/ids.ts';
import type { StepType, Work } from '../../functions/domain/job.ts';
import { JobChangingError, JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import { lookAtBudget } from '../../functions/jobs/dispatch.ts';
import { type SettlePorts, settle } from '../../functions/jobs/settle.ts';
import { runStep, type StepWork } from '../../functions/steps/run-step.ts';
import { at, over, uuid } from '../domain/builders.ts';
import { FakeExecutions } from '../jobs/fake-executions.ts';
import { FakeJobs } from '../jobs/fake-jobs.ts';
import { countingIds } from '../jobs/ids.ts';

const HOME = budgetId(uuid(0xb1));
const JOB = jobId(uuid(1));
const ONE = { id: workerId('request-one'), deadline: at(900) };
const TWO = { id: workerId('request-two'), deadline: at(900) };
const executions = new FakeExecutions();

let jobs: FakeJobs;
let ports: SettlePorts & { readonly jobs: FakeJobs };

beforeEach(() => {
  jobs = new FakeJobs();
  ports = { jobs, now: () => at(20), ...countingIds(500) };
});

async function start(work: Work): Promise<void> {
  jobs.queue(JOB, HOME, work);
  await lookAtBudget({ ...ports, jobs, executions: new FakeExecutions() }, HOME);
}

const request = (step: StepType) => ({
  jobId: JOB,
  budgetId: HOME,
  executionId: executions.idOf(JOB),
  redriveCount: 0,
  step,
});

const counting: StepWork = async () => ({ counts: { accounts: 3 } });

const steps = () => jobs.records.get(JOB)?.steps.map((step) => step.status);

describe('a step', () => {
  it('is running while it works and has succeeded after it', async () => {
    await start({ type: 'sync_and_suggest' });
    let during: unknown;
    await runStep(ports, request('sync'), ONE, async () => {
      during = steps();
      return {};
    });
    expect(during).toEqual(['running', 'queued']);
    expect(steps()).toEqual(['succeeded', 'queued']);
  });

  it('gives back the counts of the job so far', async () => {
    await start({ type: 'sync_and_suggest' });
    await runStep(ports, request('sync'), ONE, counting);
    const counts = await runStep(ports, request('suggestions'), ONE, async () => ({
      counts: { suggestions: 2 },
    }));
    expect(counts).toEqual({ accounts: 3, suggestions: 2 });
  });

  it('writes itself in as the worker before it works', async () => {
    await start({ type: 'budget_sync' });
    let lock: unknown;
    await runStep(ports, request('sync'), ONE, async ({ fence }) => {
      lock = jobs.locks.get(HOME)?.workerId;
      expect(fence.workerId).toBe(ONE.id);
      return {};
    });
    expect(lock).toBe(ONE.id);
  });

  it('writes down until when it can be alive, by any clock', async () => {
    await start({ type: 'budget_sync' });
    await runStep(ports, request('sync'), ONE, async () => {
      expect(jobs.locks.get(HOME)?.workerUntil).toBe(at(900 + 60));
      return {};
    });
  });

  it('does so however late its own clock is', async () => {
    await start({ type: 'budget_sync' });
    const behind = { ...ports, now: () => at(-3_600) };
    await runStep(behind, request('sync'), ONE, async () => {
      expect(jobs.locks.get(HOME)?.workerUntil).toBe(at(900 + 60));
      return {};
    });
  });

  it('reports the counts of a job that has no steps', async () => {
    await start({ type: 'budget_sync' });
    await runStep(ports, request('sync'), ONE, counting);
    expect(jobs.records.get(JOB)?.job.metadata.counts).toEqual({ accounts: 3 });
  });

  it('takes over from a worker that died in the middle', async () => {
    await start({ type: 'sync_and_suggest' });
    const died = runStep(ports, request('sync'), ONE, async () => {
      throw new Error('died');
    });
    await expect(died).rejects.toThrow('died');
    expect(steps()).toEqual(['running', 'queued']);
    await runStep(ports, request('sync'), TWO, counting);
    expect(steps()).toEqual(['succeeded', 'queued']);
  });

  it('writes nothing when another worker took over meanwhile', async () => {
    await start({ type: 'sync_and_suggest' });
    const slow = runStep(ports, request('sync'), ONE, async () => {
      await runStep(ports, request('sync'), TWO, counting);
      return { counts: { accounts: 99 } };
    });
    await expect(slow).rejects.toThrow(JobNotRunningError);
    expect(jobs.records.get(JOB)?.job.metadata.counts).toEqual({ accounts: 3 });
  });

  it('is not done twice', async () => {
    await start({ type: 'sync_and_suggest' });
    await runStep(ports, request('sync'), ONE, counting);
    let again = false;
    const counts = await runStep(ports, request('sync'), TWO, async () => {
      again = true;
      return {};
    });
    expect([again, counts]).toEqual([false, { accounts: 3 }]);
    expect(jobs.locks.get(HOME)?.workerId).toBe(ONE.id);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['there is no such job', async () => {}],
    ['the job still waits in line', async () => jobs.queue(JOB, HOME, { type: 'budget_sync' })],
    [
      'the job has ended',
      async () => {
        await start({ type: 'budget_sync' });
        await settle({ ...ports, jobs }, JOB, over({ status: 'canceled' }));
      },
    ],
  ])('does not work when %s', async (_when, arrange) => {
    await arrange();
    let worked = false;
    const run = runStep(ports, request('sync'), ONE, async () => {
      worked = true;
      return {};
    });
    await expect(run).rejects.toThrow(JobNotRunningError);
    expect(worked).toBe(false);
  });

  it('does not work for an execution that was redriven, although its job runs', async () => {
    await start({ type: 'budget_sync' });
    const redriven = { ...request('sync'), redriveCount: 1 };
    await expect(runStep(ports, redriven, ONE, counting)).rejects.toThrow(JobNotRunningError);
    expect(jobs.locks.get(HOME)?.workerId).toBeNull();
  });

  it('reads again when the job changed while it began: what another worker did is done', async () => {
    await start({ type: 'sync_and_suggest' });
    const { beginStep } = jobs;
    jobs.beginStep = async (...begun) => {
      jobs.beginStep = beginStep;
      await runStep(ports, request('sync'), ONE, counting);
      return jobs.beginStep(...begun);
    };
    let again = false;
    const counts = await runStep(ports, request('sync'), TWO, async () => {
      again = true;
      return {};
    });
    expect([again, counts]).toEqual([false, { accounts: 3 }]);
  });

  it('does not take over a job that ended in the moment of its beginning', async () => {
    await start({ type: 'budget_sync' });
    const { beginStep } = jobs;
    jobs.beginStep = async (...begun) => {
      jobs.beginStep = beginStep;
      await settle(ports, JOB, over({ status: 'canceled' }));
      return jobs.beginStep(...begun);
    };
    await expect(runStep(ports, request('sync'), ONE, counting)).rejects.toThrow(
      JobNotRunningError,
    );
  });

  it.each([
    [
      'leaves it to a later try when it lost three races for a job that is its own',
      'changed',
      JobChangingError,
      3,
    ],
    ['asks once for a lock that is for others', 'conflict', JobNotRunningError, 1],
  ] as const)('%s', async (_what, answer, error, tries) => {
    await start({ type: 'budget_sync' });
    let lost = 0;
    jobs.beginStep = async () => {
      lost += 1;
      return answer;
    };
    await expect(runStep(ports, request('sync'), ONE, counting)).rejects.toThrow(error);
    expect(lost).toBe(tries);
  });

  it('does not work for an execution under another name', async () => {
    await start({ type: 'budget_sync' });
    const copy = { ...request('sync'), executionId: executionId('execution:JobWorkflow:copy') };
    await expect(runStep(ports, copy, ONE, counting)).rejects.toThrow(JobNotRunningError);
  });

  it('does not work on another budget than the job names', async () => {
    await start({ type: 'budget_sync' });
    const other = { ...request('sync'), budgetId: budgetId(uuid(0xb2)) };
    const lock = jobs.locks.get(HOME);
    if (lock !== undefined) jobs.locks.set(other.budgetId, lock);
    await expect(runStep(ports, other, ONE, counting)).rejects.toThrow(JobNotRunningError);
  });
});
