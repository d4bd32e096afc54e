import { beforeEach, describe, expect, it } from 'vitest';
import { budgetId, jobId, workerId } from '../../functions/domain/ids.ts';
import { JobNotRunningError } from '../../functions/domain/step-refusals.ts';
import type { Outcome } from '../../functions/domain/transitions.ts';
import { type CancelPorts, cancel } from '../../functions/jobs/cancel.ts';
import { type DispatchPorts, lookAtBudget } from '../../functions/jobs/dispatch.ts';
import { settle } from '../../functions/jobs/settle.ts';
import { runStep, type StepWork } from '../../functions/steps/run-step.ts';
import { at, over, uuid } from '../domain/builders.ts';
import { FakeExecutions } from './fake-executions.ts';
import { FakeJobs } from './fake-jobs.ts';
import { countingIds } from './ids.ts';

const HOME = budgetId(uuid(0xb1));
const FIRST = jobId(uuid(1));
const SECOND = jobId(uuid(2));

let jobs: FakeJobs;
let executions: FakeExecutions;
let ports: CancelPorts & DispatchPorts & { readonly jobs: FakeJobs };

beforeEach(() => {
  jobs = new FakeJobs();
  executions = new FakeExecutions();
  ports = { jobs, executions, now: () => at(20), ...countingIds(500) };
});

const canceled = (id = FIRST) =>
  cancel(ports, { jobId: id, requestedBy: 'anna', isThere: () => true });
const jobOf = (id = FIRST) => jobs.records.get(id)?.job;
const ended = (outcome: Outcome) => settle(ports, FIRST, over(outcome));

async function running(): Promise<void> {
  jobs.queue(FIRST, HOME, { type: 'sync_and_suggest' });
  await lookAtBudget(ports, HOME);
}

function worked(work: StepWork): Promise<unknown> {
  const request = {
    jobId: FIRST,
    budgetId: HOME,
    executionId: executions.idOf(FIRST),
    redriveCount: 0,
    step: 'sync',
  } as const;
  return runStep(ports, request, { id: workerId('one'), deadline: at(900) }, work);
}

describe('canceling a job that waits in line', () => {
  it('ends it and its steps, and takes it out of the line', async () => {
    jobs.queue(FIRST, HOME, { type: 'sync_and_suggest' });
    jobs.queue(SECOND, HOME, { type: 'budget_sync' });
    expect(await canceled()).toMatchObject({
      kind: 'canceled',
      record: {
        job: { status: 'canceled', startedAt: null, completedAt: at(20) },
        steps: [{ status: 'canceled' }, { status: 'canceled' }],
      },
    });
    expect(jobs.lines.get(HOME)).toEqual([SECOND]);
  });

  it('stops nothing, as nothing was started', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    await canceled();
    expect(executions.stopped).toEqual([]);
  });

  it('leaves a lock alone that is that of another job', async () => {
    await running();
    jobs.queue(SECOND, HOME, { type: 'budget_sync' });
    await canceled(SECOND);
    expect(jobs.locks.get(HOME)?.jobId).toBe(FIRST);
  });
});

describe('canceling a job that runs', () => {
  it('ends it, gives its lock back, and stops its execution', async () => {
    await running();
    expect(await canceled()).toMatchObject({
      kind: 'canceled',
      record: { job: { status: 'canceled' } },
    });
    expect(jobs.locks.size).toBe(0);
    expect(executions.stopped).toEqual([executions.idOf(FIRST)]);
  });

  it('writes the table first: an execution that cannot be stopped is no failure of the cancel', async () => {
    await running();
    executions.fault = new Error('throttled');
    const stopFailure = executions.fault;
    expect(await canceled()).toMatchObject({ kind: 'canceled', stopFailure });
    expect(jobOf()?.status).toBe('canceled');
  });

  it('lets its worker write nothing any more, not even that it is sending', async () => {
    await running();
    const work = worked(async ({ fence }) => {
      await canceled();
      expect(await jobs.beginSending(fence)).toBe('conflict');
      return {};
    });
    await expect(work).rejects.toThrow(JobNotRunningError);
  });

  it('is too late once it is sending its changes', async () => {
    await running();
    await worked(async ({ fence }) => {
      await jobs.beginSending(fence);
      expect(await canceled()).toEqual({ kind: 'too_late', because: 'sending' });
      return {};
    });
    expect(jobOf()?.status).toBe('running');
    expect(executions.stopped).toEqual([]);
  });

  it('says in the history who canceled it', async () => {
    await running();
    await canceled();
    expect(jobs.history.at(-1)).toMatchObject({ status: 'canceled', message: 'Canceled by anna.' });
  });
});

describe('canceling a job that has ended', () => {
  it('gives a canceled one as it is, and stops its execution once more', async () => {
    await running();
    const first = await canceled();
    const events = jobs.history.length;
    expect(await canceled()).toEqual(first);
    expect(jobs.history).toHaveLength(events);
    expect(executions.stopped).toHaveLength(2);
  });

  it.each<Outcome>([
    { status: 'succeeded' },
    { status: 'failed', failure: { code: 'TIMED_OUT', reason: 'why' } },
  ])('is too late when it is $status', async (outcome) => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    await ended(outcome);
    expect(await canceled()).toEqual({ kind: 'too_late', because: outcome.status });
  });

  it('knows no job that is gone', async () => {
    expect(await canceled()).toEqual({ kind: 'unknown' });
  });
});

describe('canceling while the job changes', () => {
  it('decides again: a job that was claimed meanwhile is stopped', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    let claim: Promise<unknown> | undefined;
    jobs.beforeWrite = () => {
      jobs.beforeWrite = () => {};
      claim = lookAtBudget(ports, HOME);
    };
    await canceled();
    await claim;
    expect(jobOf()?.status).toBe('canceled');
    expect(jobs.locks.size).toBe(0);
  });

  it('decides again: a job that succeeded meanwhile has succeeded', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    const { cancel: write } = jobs;
    jobs.cancel = async (change) => {
      jobs.cancel = write;
      await ended({ status: 'succeeded' });
      return jobs.cancel(change);
    };
    expect(await canceled()).toEqual({ kind: 'too_late', because: 'succeeded' });
  });

  it('gives up after five lost races, and says so', async () => {
    await running();
    let lost = 0;
    jobs.cancel = async () => {
      lost += 1;
      return 'conflict';
    };
    expect(await canceled()).toEqual({ kind: 'conflict' });
    expect(lost).toBe(5);
  });

  it('reads once when nobody else changed it', async () => {
    await running();
    const { get } = jobs;
    let reads = 0;
    jobs.get = async (id) => {
      reads += 1;
      return get.call(jobs, id);
    };
    await canceled();
    expect(reads).toBe(1);
  });
});
