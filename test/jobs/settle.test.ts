import { beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../functions/domain/failures.ts';
import { budgetId, jobId } from '../../functions/domain/ids.ts';
import type { Job, Work } from '../../functions/domain/job.ts';
import { endJob, type Outcome } from '../../functions/domain/transitions.ts';
import { lookAtBudget } from '../../functions/jobs/dispatch.ts';
import { type Ending, type SettlePorts, settle } from '../../functions/jobs/settle.ts';
import { at, context, over, uuid } from '../domain/builders.ts';
import { FakeExecutions } from './fake-executions.ts';
import { FakeJobs } from './fake-jobs.ts';
import { countingIds } from './ids.ts';

const HOME = budgetId(uuid(0xb1));
const FIRST = jobId(uuid(1));

let jobs: FakeJobs;
let ports: SettlePorts;

beforeEach(() => {
  jobs = new FakeJobs();
  ports = { jobs, now: () => at(20), ...countingIds(500) };
});

async function runningJob(): Promise<void> {
  jobs.queue(FIRST, HOME, { type: 'budget_sync' });
  await lookAtBudget({ ...ports, jobs, executions: new FakeExecutions() }, HOME);
}

describe('settling', () => {
  it('ends the job and releases the lock of its budget', async () => {
    await runningJob();
    expect((await settle(ports, FIRST, over({ status: 'succeeded' }))).job).toMatchObject({
      status: 'succeeded',
    });
    expect(jobs.locks.size).toBe(0);
  });

  it('leaves a job that has ended as it is, however often and whatever it is told', async () => {
    await runningJob();
    await settle(ports, FIRST, over({ status: 'failed', failure: failure('AUTH_FAILED') }));
    const events = jobs.history.length;
    expect((await settle(ports, FIRST, over({ status: 'succeeded' }))).job).toMatchObject({
      status: 'failed',
    });
    expect(jobs.history).toHaveLength(events);
  });

  it('leaves a job that waits in line alone', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    expect((await settle(ports, FIRST, over({ status: 'canceled' }))).job).toMatchObject({
      status: 'queued',
    });
  });

  it('knows no job that is gone', async () => {
    expect((await settle(ports, FIRST, over({ status: 'succeeded' }))).job).toBeUndefined();
  });

  it('decides again after a lost race', async () => {
    await runningJob();
    jobs.beforeWrite = () => {
      jobs.beforeWrite = () => {};
      const found = jobs.records.get(FIRST);
      if (found) jobs.records.set(FIRST, endJob(found, { status: 'canceled' }, context(15)).record);
    };
    expect((await settle(ports, FIRST, over({ status: 'succeeded' }))).job).toMatchObject({
      status: 'canceled',
    });
  });

  it('gives up after five lost races, loudly', async () => {
    await runningJob();
    let lost = 0;
    jobs.settle = async () => {
      lost += 1;
      return 'conflict';
    };
    await expect(settle(ports, FIRST, over({ status: 'succeeded' }))).rejects.toMatchObject({
      name: 'SettleConflict',
      message: expect.stringContaining('again by itself'),
    });
    expect(lost).toBe(5);
  });

  it('reads once when nobody else changed it', async () => {
    await runningJob();
    const { get } = jobs;
    let reads = 0;
    jobs.get = async (id) => {
      reads += 1;
      return get.call(jobs, id);
    };
    await settle(ports, FIRST, over({ status: 'succeeded' }));
    expect(reads).toBe(1);
  });

  it('calls off a job whose steps are not done', async () => {
    jobs.queue(FIRST, HOME, { type: 'sync_and_suggest' });
    await lookAtBudget({ ...ports, jobs, executions: new FakeExecutions() }, HOME);
    expect((await settle(ports, FIRST, over({ status: 'canceled' }))).job).toMatchObject({
      status: 'canceled',
    });
  });
});

describe('settling a job whose worker may be alive', () => {
  const UNTIL = at(900);
  const ended: Ending = { outcome: { status: 'canceled' }, worker: 'may_be_alive' };

  async function begun({ sending }: { readonly sending: boolean }): Promise<void> {
    await runningJob();
    const lock = jobs.locks.get(HOME);
    if (lock !== undefined) jobs.locks.set(HOME, { ...lock, workerUntil: UNTIL, sending });
  }

  it('ends it and keeps its lock while changes may be on their way', async () => {
    await begun({ sending: true });
    expect((await settle(ports, FIRST, ended)).job).toMatchObject({ status: 'canceled' });
    expect(jobs.locks.get(HOME)).toMatchObject({ jobId: FIRST });
  });

  it('releases the lock when nothing was sent: without it nothing will be', async () => {
    await begun({ sending: false });
    await settle(ports, FIRST, ended);
    expect(jobs.locks.size).toBe(0);
  });

  it('releases the lock when the time of the worker is over', async () => {
    await begun({ sending: true });
    jobs.now = () => UNTIL;
    await settle(ports, FIRST, ended);
    expect(jobs.locks.size).toBe(0);
  });
});

describe('settling a scheduled job whose proposals are to be applied', () => {
  const work: Work = { type: 'scheduled_sync_and_suggest', applyAtConfidence: 0.95 };

  async function scheduledJob(scheduled: Work = work): Promise<void> {
    jobs.queue(FIRST, HOME, scheduled);
    await lookAtBudget({ ...ports, jobs, executions: new FakeExecutions() }, HOME);
    const found = jobs.records.get(FIRST);
    if (found === undefined) throw new Error('The job is gone');
    const steps = found.steps.map((step) => ({ ...step, status: 'succeeded' as const }));
    jobs.records.set(FIRST, { ...found, steps });
  }

  const others = () => [...jobs.records.values()].map(({ job }) => job).filter(isOther);
  const isOther = ({ id }: Job) => id !== FIRST;

  it('puts the job that applies them in line, as its child', async () => {
    await scheduledJob();
    await settle(ports, FIRST, over({ status: 'succeeded' }));
    expect(others()).toEqual([
      expect.objectContaining({
        type: 'suggestions_apply',
        budgetId: HOME,
        status: 'queued',
        parentJobId: FIRST,
        metadata: { trigger: 'api', minConfidence: 0.95, retryCount: 0 },
      }),
    ]);
    expect(others()[0]?.metadata).not.toHaveProperty('requestedBy');
    expect(jobs.lines.get(HOME)).toEqual(others().map(({ id }) => id));
  });

  it('says of that job, too, which schedule it is from', async () => {
    await scheduledJob();
    const from = { trigger: 'schedule', requestedBy: 'schedule/nightly' } as const;
    const found = jobs.records.get(FIRST);
    if (found === undefined) throw new Error('The job is gone');
    const metadata = { ...found.job.metadata, ...from };
    jobs.records.set(FIRST, { ...found, job: { ...found.job, metadata } });
    await settle(ports, FIRST, over({ status: 'succeeded' }));
    expect(others()).toMatchObject([{ type: 'suggestions_apply', metadata: from }]);
  });

  it('does so once, however often it settles and however often it lost the race', async () => {
    await scheduledJob();
    let lost = 3;
    const { settle: write } = jobs;
    jobs.settle = async (...settlement) =>
      lost-- > 0 ? 'conflict' : write.call(jobs, ...settlement);
    for (let again = 0; again < 4; again += 1)
      await settle(ports, FIRST, over({ status: 'succeeded' }));
    expect(others()).toHaveLength(1);
  });

  it.each<Outcome>([
    { status: 'failed', failure: failure('SERVER_UNREACHABLE') },
    { status: 'canceled' },
  ])('puts none in line when it ends $status', async (outcome) => {
    await scheduledJob();
    await settle(ports, FIRST, over(outcome));
    expect(others()).toEqual([]);
  });

  it('puts none in line when nobody asked for it', async () => {
    await scheduledJob({ type: 'scheduled_sync_and_suggest' });
    await settle(ports, FIRST, over({ status: 'succeeded' }));
    expect(others()).toEqual([]);
  });
});
