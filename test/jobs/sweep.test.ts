import { beforeEach, describe, expect, it } from 'vitest';
import { budgetId, jobId, millisecondsAfter, type Timestamp } from '../../functions/domain/ids.ts';
import { type DispatchPorts, lookAtBudget } from '../../functions/jobs/dispatch.ts';
import { settle } from '../../functions/jobs/settle.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { at, over, uuid } from '../domain/builders.ts';
import { FakeExecutions } from './fake-executions.ts';
import { FakeJobs } from './fake-jobs.ts';
import { countingIds } from './ids.ts';

const HOME = budgetId(uuid(0xb1));
const SHOP = budgetId(uuid(0xb2));
const FIRST = jobId(uuid(1));
const SECOND = jobId(uuid(2));

let jobs: FakeJobs;
let executions: FakeExecutions;
let ports: DispatchPorts;
/** What the sweep said that it mended. */
let told: (readonly string[])[];

beforeEach(() => {
  jobs = new FakeJobs();
  executions = new FakeExecutions();
  told = [];
  ports = { jobs, executions, now: () => at(10), ...countingIds(500) };
});

const onMended = (...one: readonly string[]) => told.push(one);
const statusOf = (id: typeof FIRST) => jobs.records.get(id)?.job.status;

describe('the sweep', () => {
  it('starts what waits and leaves alone what moves', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    jobs.queue(SECOND, SHOP, { type: 'budget_sync' });
    await lookAtBudget(ports, SHOP);
    expect(await sweep({ ...ports, openWork: jobs, onMended })).toMatchObject({
      budgets: 2,
      started: 1,
      failed: [],
    });
    expect(statusOf(FIRST)).toBe('running');
  });

  it('tells which job it had to start, and of which budget', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    jobs.queue(SECOND, SHOP, { type: 'budget_sync' });
    await lookAtBudget(ports, SHOP);
    await sweep({ ...ports, openWork: jobs, onMended });
    expect(told).toEqual([[HOME, FIRST, 'started']]);
  });

  it('tells which job it had to settle, and what it could start then', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    jobs.queue(SECOND, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    executions.states.set(executions.idOf(FIRST), { status: 'timed_out' });
    await sweep({ ...ports, openWork: jobs, onMended });
    expect(told).toEqual([
      [HOME, FIRST, 'settled'],
      [HOME, SECOND, 'started'],
    ]);
  });

  describe('beside a workflow that settles its job first, however close they come', () => {
    beforeEach(async () => {
      jobs.queue(FIRST, HOME, { type: 'budget_sync' });
      await lookAtBudget(ports, HOME);
      executions.states.set(executions.idOf(FIRST), { status: 'succeeded' });
      const { describe: ask } = executions;
      executions.describe = async (id) => {
        await settle(ports, FIRST, over({ status: 'succeeded' }));
        return ask.call(executions, id);
      };
    });

    it('tells of nothing', async () => {
      await sweep({ ...ports, openWork: jobs, onMended });
      expect(told).toEqual([]);
      expect(statusOf(FIRST)).toBe('succeeded');
    });

    it('looks once more, and starts the job after it', async () => {
      jobs.queue(SECOND, HOME, { type: 'budget_sync' });
      await sweep({ ...ports, openWork: jobs, onMended });
      expect(told).toEqual([[HOME, SECOND, 'started']]);
    });
  });

  // So many in an hour are told of, where nothing else starts any.
  it('has to start a nightly job and the one that comes after it in two sweeps', async () => {
    jobs.queue(FIRST, HOME, { type: 'scheduled_sync_and_suggest', applyAtConfidence: 0.95 });
    const { started: first } = await sweep({ ...ports, openWork: jobs, onMended });
    const running = jobs.records.get(FIRST);
    if (running === undefined) throw new Error('The job is gone');
    const steps = running.steps.map((step) => ({ ...step, status: 'succeeded' as const }));
    jobs.records.set(FIRST, { ...running, steps });
    await settle(ports, FIRST, over({ status: 'succeeded' }));
    const { started: second } = await sweep({ ...ports, openWork: jobs, onMended });
    expect([first, second]).toEqual([1, 1]);
  });

  it('looks at the other budgets although one fails', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    jobs.queue(SECOND, SHOP, { type: 'budget_sync' });
    const look = jobs.look.bind(jobs);
    const broken = new Error('throttled');
    jobs.look = async (budget) => {
      if (budget === HOME) throw broken;
      return look(budget);
    };
    const report = await sweep({ ...ports, openWork: jobs, onMended });
    expect(report).toMatchObject({
      budgets: 2,
      started: 1,
      failed: [{ budgetId: HOME, error: broken }],
    });
  });
});

describe('the line, as the sweep finds it', () => {
  const madeAt = (time: Timestamp, n: number) => {
    const at = Date.parse(time).toString(16).padStart(12, '0');
    return jobId(`${at.slice(0, 8)}-${at.slice(8)}-7000-8000-${String(n).padStart(12, '0')}`);
  };
  const line = async () => {
    const report = await sweep({ ...ports, openWork: jobs, onMended });
    const { waiting, oldest, longestWaitSeconds } = report;
    return { waiting, oldest, longestWaitSeconds };
  };

  it('is as long as there are jobs in it, and as old as the oldest of them', async () => {
    const now = ports.now();
    const ago = (seconds: number) => millisecondsAfter(now, -seconds * 1000);
    jobs.queue(madeAt(ago(90), 1), HOME, { type: 'budget_sync' });
    const second = madeAt(ago(30), 2);
    const first = madeAt(ago(600), 3);
    jobs.queue(second, HOME, { type: 'budget_sync' });
    jobs.queue(first, SHOP, { type: 'budget_sync' });
    expect(await line()).toEqual({ waiting: 3, oldest: { jobId: first }, longestWaitSeconds: 600 });
    // The two that were first in their lines run by now.
    expect(await line()).toEqual({ waiting: 1, oldest: { jobId: second }, longestWaitSeconds: 30 });
  });

  it('is not there when nothing waits, nor older than its jobs where clocks differ', async () => {
    expect(await line()).toEqual({ waiting: 0, oldest: undefined, longestWaitSeconds: 0 });
    const jobId = madeAt(millisecondsAfter(ports.now(), 5_000), 1);
    jobs.queue(jobId, HOME, { type: 'budget_sync' });
    expect(await line()).toEqual({ waiting: 1, oldest: { jobId }, longestWaitSeconds: 0 });
  });
});
