import { beforeEach, describe, expect, it } from 'vitest';
import { budgetId, jobId, workerId } from '../../functions/domain/ids.ts';
import { BusyLineError, type DispatchPorts, lookAtBudget } from '../../functions/jobs/dispatch.ts';
import { at, uuid } from '../domain/builders.ts';
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

beforeEach(() => {
  jobs = new FakeJobs();
  executions = new FakeExecutions();
  ports = { jobs, executions, now: () => at(10), ...countingIds(500) };
});

const statusOf = (id: typeof FIRST) => jobs.records.get(id)?.job.status;

describe('looking at a budget', () => {
  it('does nothing where nothing waits and nothing runs', async () => {
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'idle' });
  });

  it('claims the job with the smallest id and starts its execution', async () => {
    jobs.queue(SECOND, HOME, { type: 'budget_sync' });
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'started', jobId: FIRST });
    expect([statusOf(FIRST), statusOf(SECOND)]).toEqual(['running', 'queued']);
    expect(executions.started).toEqual([FIRST]);
    expect(jobs.locks.get(HOME)).toEqual({
      budgetId: HOME,
      jobId: FIRST,
      executionId: executions.idOf(FIRST),
      workerId: null,
      workerUntil: null,
      sending: false,
    });
  });

  it('starts nothing else while a job of the budget runs', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    jobs.queue(SECOND, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'moving', jobId: FIRST });
    expect(executions.started).toEqual([FIRST]);
  });

  it('runs different budgets side by side', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    jobs.queue(SECOND, SHOP, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    await lookAtBudget(ports, SHOP);
    expect(executions.started).toEqual([FIRST, SECOND]);
  });

  it('goes on with a job in the state machine that was deployed anew', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    executions.machine = 'JobWorkflowAnew';
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'moving', jobId: FIRST });
    expect(executions.started).toEqual([FIRST, FIRST]);
    expect(jobs.locks.get(HOME)?.executionId).toBe(executions.idOf(FIRST));
  });

  it('waits with that until its worker is surely over, where that may be sending', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    const { ...lock } = jobs.locks.get(HOME);
    const sending = { workerId: workerId('worker'), workerUntil: at(11), sending: true };
    if (!('jobId' in lock)) throw new Error('There is no lock');
    jobs.locks.set(HOME, { ...lock, ...sending });
    executions.machine = 'JobWorkflowAnew';
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'held', jobId: FIRST });
    expect(executions.started).toEqual([FIRST]);
    const later = { ...ports, now: () => at(11) };
    expect(await lookAtBudget(later, HOME)).toEqual({ kind: 'moving', jobId: FIRST });
  });

  it('starts no execution of a job that it sees in line still, although it is claimed: its steps might see the same', async () => {
    const waiting = jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    executions.fault = new Error('crash');
    await expect(lookAtBudget(ports, HOME)).rejects.toThrow('crash');
    executions.fault = undefined;
    const { get } = jobs;
    jobs.get = async () => waiting;
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'moving', jobId: FIRST });
    expect(executions.started).toEqual([]);
    jobs.get = get;
    await lookAtBudget(ports, HOME);
    expect(executions.started).toEqual([FIRST]);
  });

  it('starts the execution that a crash after the claim left out', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    executions.fault = new Error('crash');
    await expect(lookAtBudget(ports, HOME)).rejects.toThrow('crash');
    executions.fault = undefined;
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'moving', jobId: FIRST });
    expect(executions.started).toEqual([FIRST]);
  });

  it.each([
    ['aborted', 'canceled', null],
    ['timed_out', 'failed', 'TIMED_OUT'],
    ['failed', 'failed', 'UNKNOWN'],
    ['succeeded', 'succeeded', null],
  ] as const)(
    'settles a job whose execution %s without settling it: %s',
    async (ended, status, code) => {
      jobs.queue(FIRST, HOME, { type: 'budget_sync' });
      jobs.queue(SECOND, HOME, { type: 'budget_sync' });
      await lookAtBudget(ports, HOME);
      executions.states.set(executions.idOf(FIRST), { status: ended });
      expect(await lookAtBudget(ports, HOME)).toEqual({
        kind: 'started',
        jobId: SECOND,
        settled: FIRST,
      });
      expect(jobs.records.get(FIRST)?.job).toMatchObject({ status, failureCode: code });
    },
  );

  it('calls a job failed whose execution succeeded although a step did not', async () => {
    jobs.queue(FIRST, HOME, { type: 'sync_and_suggest' });
    await lookAtBudget(ports, HOME);
    executions.states.set(executions.idOf(FIRST), { status: 'succeeded' });
    await lookAtBudget(ports, HOME);
    expect(jobs.records.get(FIRST)?.job).toMatchObject({
      status: 'failed',
      failureCode: 'UNKNOWN',
      failureReason: expect.stringContaining(FIRST),
    });
  });

  it('drops the place of a job that is gone, and takes the next', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    jobs.queue(SECOND, HOME, { type: 'budget_sync' });
    jobs.records.delete(FIRST);
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'started', jobId: SECOND });
  });

  it('starts a job that it found only when it looked again, while its place was there', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    const { get } = jobs;
    jobs.get = async () => {
      jobs.get = get;
      return undefined;
    };
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'started', jobId: FIRST });
  });

  it('releases the lock of a job that is gone, and takes the next', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    jobs.queue(SECOND, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    jobs.records.delete(FIRST);
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'started', jobId: SECOND });
  });

  it('starts nothing while a worker of a job that has ended may be changing the budget', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    jobs.queue(SECOND, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    const lock = jobs.locks.get(HOME);
    if (lock === undefined) throw new Error('The budget is not locked');
    jobs.locks.set(HOME, { ...lock, workerUntil: at(900), sending: true });
    executions.states.set(executions.idOf(FIRST), { status: 'aborted' });
    expect(await lookAtBudget(ports, HOME)).toEqual({
      kind: 'held',
      jobId: FIRST,
      settled: FIRST,
    });
    expect([statusOf(FIRST), statusOf(SECOND)]).toEqual(['canceled', 'queued']);

    const later = { ...ports, now: () => at(900) };
    jobs.now = later.now;
    expect(await lookAtBudget(later, HOME)).toEqual({ kind: 'started', jobId: SECOND });
  });

  it('reads again after a lost race and sees the winner', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    let winner: Promise<unknown> | undefined;
    jobs.beforeWrite = () => {
      jobs.beforeWrite = () => {};
      winner = lookAtBudget(ports, HOME);
    };
    await lookAtBudget(ports, HOME);
    await winner;
    expect(executions.started).toEqual([FIRST]);
    expect(jobs.history.filter((event) => event.status === 'running')).toHaveLength(1);
  });

  it('gives up after twenty lost races, loudly', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    let lost = 0;
    jobs.claim = async () => {
      lost += 1;
      return 'conflict';
    };
    await expect(lookAtBudget(ports, HOME)).rejects.toThrow(BusyLineError);
    expect(lost).toBe(20);
  });

  it('asks for no state of an execution that it has just made sure of', async () => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    executions.describe = async () => {
      throw new Error('throttled');
    };
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'moving', jobId: FIRST });
  });

  it.each([
    ['forgotten by the service meanwhile', undefined],
    ['started by somebody else meanwhile', { status: 'running' }],
  ] as const)('leaves a job alone whose execution was %s', async (_what, state) => {
    jobs.queue(FIRST, HOME, { type: 'budget_sync' });
    await lookAtBudget(ports, HOME);
    executions.start = async () => 'exists';
    executions.describe = async () => state;
    expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'moving', jobId: FIRST });
    expect(statusOf(FIRST)).toBe('running');
  });
});

describe('a line that cannot be looked at', () => {
  it('says that it is looked at again', () => {
    const error = new BusyLineError();
    expect(error.name).toBe('BusyLine');
    expect(error.message).toContain('again by itself');
  });
});
