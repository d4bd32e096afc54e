import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type BudgetId,
  budgetId,
  daysAfter,
  isUuid,
  type JobId,
  jobId,
  type Timestamp,
} from '../../functions/domain/ids.ts';
import type { Fence } from '../../functions/domain/running.ts';
import { clockAndIds } from '../../functions/handlers/adapters/clock-and-ids.ts';
import { lookAtBudget } from '../../functions/jobs/dispatch.ts';
import { forget } from '../../functions/jobs/forget.ts';
import { review } from '../../functions/jobs/review.ts';
import { settle } from '../../functions/jobs/settle.ts';
import { BudgetData } from '../../functions/store/budget-data.ts';
import { HistoryStore } from '../../functions/store/history-store.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { KeptSnapshotStore } from '../../functions/store/kept-snapshot-store.ts';
import { LoginStore } from '../../functions/store/login-store.ts';
import { ScheduleStore } from '../../functions/store/schedule-store.ts';
import { SnapshotStore } from '../../functions/store/snapshot-store.ts';
import { SuggestionStore } from '../../functions/store/suggestion-store.ts';
import { FakeExecutions } from '../jobs/fake-executions.ts';
import { createTable, type Engine, startEngine } from '../store/engine.ts';
import { type Fixture, fixtures } from './fixture.ts';

/** The table of a version before, on a real engine, under the code of this one: read, and carried on. */

let engine: Engine;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** Beginnings of the keys of every kind of item that there is. */
const KINDS = [
  'BUDGET CURRENT_SNAPSHOT',
  'BUDGET QUEUE',
  'BUDGET RUNNING',
  'BUDGET SCHEDULED',
  'BUDGET SNAPSHOT',
  'ENDED END',
  'JOB EVENT',
  'JOB INPUT',
  'JOB JOB',
  'JOB RETRY',
  'JOB STEP',
  'REQUEST REQUEST',
  'SERVER LOGIN',
  'SUGGESTIONS ',
];

const kindOf = ({ PK, SK }: { readonly PK: string; readonly SK: string }) =>
  `${PK.split('#')[0]} ${isUuid(SK) ? '' : /^[A-Z_]*/.exec(SK)?.[0]}`;

describe.each(fixtures())('what version $version left', (fixture: Fixture) => {
  const { items, recordedAt, running, waiting } = fixture;
  const now = (): Timestamp => recordedAt;
  const of = (kind: string) => items.filter((item) => kindOf(item) === kind);
  const jobItems = of('JOB JOB');
  let home: BudgetId;
  let jobs: JobStore;
  let suggestions: SuggestionStore;
  let options: ConstructorParameters<typeof JobStore>[0];
  let made = 0;

  beforeEach(async () => {
    made += 1;
    const tableName = `upgrade-${fixture.version}-${made}`;
    await createTable(engine, tableName);
    for (let start = 0; start < items.length; start += 100) {
      const TransactItems = items
        .slice(start, start + 100)
        .map((Item) => ({ Put: { TableName: tableName, Item } }));
      await engine.documents.send(new TransactWriteCommand({ TransactItems }));
    }
    options = { client: engine.documents, tableName, now };
    jobs = new JobStore(options);
    suggestions = new SuggestionStore(options);
    home = budgetId(String(jobItems.find((item) => item.jobId === running)?.budgetId));
  });

  const ports = () => ({ ...clockAndIds, now, jobs });

  async function fence(): Promise<Fence> {
    const lock = (await jobs.look(home)).running;
    if (lock?.workerId == null) throw new Error('No worker has written itself in');
    return { ...lock, workerId: lock.workerId };
  }

  it('has an item of every kind, a job of every status and a suggestion of every status', () => {
    expect([...new Set(items.map(kindOf))].sort()).toEqual(KINDS);
    const statuses = (some: Fixture['items']) =>
      [...new Set(some.map(({ status }) => status))].sort();
    expect(statuses(jobItems)).toEqual(['canceled', 'failed', 'queued', 'running', 'succeeded']);
    expect(statuses(of('SUGGESTIONS '))).toEqual(['applied', 'approved', 'pending', 'rejected']);
  });

  it('is read: jobs with steps, whole histories and inputs, in listings too', async () => {
    for (const { jobId: text, version } of jobItems) {
      const id = jobId(String(text));
      const record = await jobs.get(id);
      expect(record?.job.id).toBe(id);
      const history = await new HistoryStore(options).history(id);
      expect(history?.events).toHaveLength(Number(version));
    }
    const listed = await jobs.list({ budgetId: home }, { limit: 100 });
    const own = jobItems.filter((item) => item.budgetId === home);
    expect(listed.jobs).toHaveLength(own.length);
    for (const { PK } of of('JOB INPUT')) {
      const input = await jobs.input(jobId(PK.slice('JOB#'.length)));
      expect(JSON.stringify(input)).toContain('.');
    }
    for (const { PK, rerunId } of of('JOB RETRY')) {
      expect(await jobs.rerun(jobId(PK.slice('JOB#'.length)))).toBe(rerunId);
    }
  });

  it('is read: suggestions, snapshots, the last scheduled job, the login, answered requests', async () => {
    expect(await suggestions.all(home)).toHaveLength(of('SUGGESTIONS ').length);
    expect((await new SnapshotStore(options).current(home))?.budgetId).toBe(home);
    const kept = await new KeptSnapshotStore({ ...options, retentionDays: 30 }).list(home, {
      limit: 10,
    });
    expect(kept.snapshots).toHaveLength(of('BUDGET SNAPSHOT').length);
    const [scheduled] = of('BUDGET SCHEDULED');
    const schedules = new ScheduleStore({ ...options, retentionDays: 30 });
    expect(await schedules.last(home, {})).toBe(scheduled?.jobId);
    const [login] = of('SERVER LOGIN');
    const logins = new LoginStore(options);
    await expect(logins.past(String(login?.PK).slice('SERVER#'.length))).resolves.toBeDefined();
    for (const { PK, bodyHash, jobId: answered } of of('REQUEST REQUEST')) {
      const request = { key: PK.slice('REQUEST#'.length), bodyHash: String(bodyHash) };
      expect(await jobs.answered(request)).toEqual({ kind: 'replayed', jobId: answered });
    }
  });

  it('is read: the ends of its jobs, in their order', async () => {
    const ends = of('ENDED END').map(({ SK }) => SK);
    const ended = ends.sort().map((SK) => SK.slice(SK.lastIndexOf('#') + 1));
    expect(await jobs.endedBetween(daysAfter(recordedAt, -31), recordedAt)).toEqual(ended);
  });

  it('goes on: the running job is settled, and the waiting one claimed', async () => {
    const { job } = await settle(ports(), running, {
      outcome: { status: 'canceled' },
      worker: 'over',
    });
    expect(job?.status).toBe('canceled');
    const executions = new FakeExecutions();
    expect((await lookAtBudget({ ...ports(), executions }, home)).kind).toBe('started');
    expect(executions.started).toEqual([waiting]);
    expect((await jobs.get(waiting))?.job.status).toBe('running');
  });

  it('goes on: the worker that holds the budget applies what was approved', async () => {
    const before = (await suggestions.all(home)).filter(({ status }) => status === 'approved');
    expect(await jobs.beginSending(await fence())).toBe('written');
    const applied = before.map((one) => ({
      ...one,
      status: 'applied' as const,
      appliedBy: running,
      updatedAt: recordedAt,
    }));
    const outcome = await suggestions.recordOutcomes(
      { applied, mayBeSent: [], found: [], refused: [] },
      await fence(),
    );
    expect(outcome).toEqual({ kind: 'written', leftOut: [] });
    const after = await suggestions.all(home);
    expect(after.filter(({ status }) => status === 'approved')).toEqual([]);
  });

  it('goes on: somebody decides what was pending', async () => {
    const pending = (await suggestions.all(home)).filter(({ status }) => status === 'pending');
    for (const { id } of pending) {
      const outcome = await review(
        { suggestions, now },
        { budgetId: home, id, review: { status: 'approved' }, by: 'somebody' },
      );
      expect(outcome.kind).toBe('reviewed');
    }
  });

  it('goes when its time is over', async () => {
    const later = new JobStore({ ...options, now: () => daysAfter(recordedAt, 31) });
    const { jobs: left } = await later.list({ budgetId: home }, { limit: 100 });
    expect(left).toEqual([]);
  });

  it('is deleted on request, all of it', async () => {
    for (const id of [running, waiting] as readonly JobId[]) {
      const executions = new FakeExecutions();
      await lookAtBudget({ ...ports(), executions }, home);
      await settle(ports(), id, { outcome: { status: 'canceled' }, worker: 'over' });
    }
    const data = new BudgetData(options);
    const objects = { keysOf: async () => [], remove: async () => {} };
    const forgetting = { data, objects, schedulesOf: () => [], mayGoOn: () => true };
    expect(await forget(forgetting, home, false)).toMatchObject({
      kind: 'deleted',
      counts: { suggestions: of('SUGGESTIONS ').length },
    });
    expect([await data.jobs(home), await data.suggestions(home), await data.records(home)]).toEqual(
      [[], [], []],
    );
    const own = new Set(jobItems.filter(({ budgetId: of }) => of === home).map((job) => job.jobId));
    const ends = await jobs.endedBetween(daysAfter(recordedAt, -31), recordedAt);
    expect(ends.filter((id) => own.has(id))).toEqual([]);
  });
});
