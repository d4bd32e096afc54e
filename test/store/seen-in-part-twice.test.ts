import { beforeEach, describe, expect, it } from 'vitest';
import { parseSuggestionId, workerId } from '../../functions/domain/ids.ts';
import type { Work } from '../../functions/domain/job.ts';
import { JobChangingError } from '../../functions/domain/step-refusals.ts';
import { inputOf } from '../../functions/domain/work.ts';
import { cancel } from '../../functions/jobs/cancel.ts';
import { type DispatchPorts, lookAtBudget } from '../../functions/jobs/dispatch.ts';
import { retry } from '../../functions/jobs/retry.ts';
import { runStep } from '../../functions/steps/run-step.ts';
import { BudgetData } from '../../functions/store/budget-data.ts';
import { NotAllSeenYetError, StoreUnavailableError } from '../../functions/store/errors.ts';
import { HistoryStore } from '../../functions/store/history-store.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { eventKey } from '../../functions/store/keys.ts';
import { at, BUDGET, created, JOB } from '../domain/builders.ts';
import { FakeExecutions } from '../jobs/fake-executions.ts';
import { countingIds } from '../jobs/ids.ts';
import { LateTable } from '../simulation/table/late-table.ts';

/** What is done about a job of which a part is not seen yet, however often it is read: nobody says how long a commit takes. */

const WORKER = { id: workerId('request-one'), deadline: at(900) };

let isLate: (place: number) => boolean;
let table: LateTable;
let store: JobStore;
let histories: HistoryStore;
let executions: FakeExecutions;
let ports: DispatchPorts & { readonly jobs: JobStore; readonly executions: FakeExecutions };

beforeEach(() => {
  isLate = () => false;
  table = new LateTable({
    now: () => 0,
    ofItems: (count) => Array.from({ length: count }, (_, place) => (isLate(place) ? 1 : 0)),
    ofIndexes: () => 0,
  });
  const options = { client: table, tableName: 't', now: () => at(0) };
  store = new JobStore(options);
  histories = new HistoryStore(options);
  executions = new FakeExecutions();
  ports = { jobs: store, executions, now: () => at(1), ...countingIds(500) };
});

/** @param late what is not seen of it: the place in the transaction, after the job's own. */
async function make(work: Work, ...late: readonly number[]): Promise<void> {
  isLate = (place) => late.includes(place);
  const input = inputOf(work);
  await store.create({ change: created(work), ...(input === undefined ? {} : { input }) });
  isLate = () => false;
}

const syncRequest = () =>
  ({
    jobId: JOB,
    budgetId: BUDGET,
    executionId: executions.idOf(JOB),
    redriveCount: 0,
    step: 'sync',
  }) as const;

const canceled = () => cancel(ports, { jobId: JOB, requestedBy: 'anna', isThere: () => true });

describe('of a job one of whose steps is not seen yet', () => {
  beforeEach(() => make({ type: 'sync_and_suggest' }, 1));

  it('no step stays open when it is called off', async () => {
    await canceled().catch(() => undefined);
    table.catchUp();
    await canceled();
    const { job, steps = [] } = (await store.get(JOB)) ?? {};
    expect([job?.status, ...steps.map(({ status }) => status)]).toEqual(Array(3).fill('canceled'));
  });

  it('it is given as it is seen once it has ended: what belongs to it may have been deleted before it', async () => {
    table.catchUp();
    isLate = (place) => place === 2;
    await canceled();
    const { job, steps = [] } = (await store.get(JOB)) ?? {};
    expect([job?.status, ...steps.map(({ status }) => status)]).toEqual([
      'canceled',
      'queued',
      'canceled',
    ]);
  });

  it('the step is not done as if the job had none', async () => {
    await lookAtBudget(ports, BUDGET).catch(() => undefined);
    let work = 0;
    const run = () =>
      runStep(ports, syncRequest(), WORKER, async () => {
        work += 1;
        return {};
      });
    await run().catch(() => undefined);
    expect(work).toBe(0);
    table.catchUp();
    await lookAtBudget(ports, BUDGET);
    await run();
    expect((await store.get(JOB))?.steps.map(({ status }) => status)).toEqual([
      'succeeded',
      'queued',
    ]);
  });
});

describe('of a job whose step begins, by a worker that died as it did', () => {
  // The lock, the job, its step and the event.
  it.each([
    ['nothing of it is seen yet', [0, 1, 2, 3], JobChangingError],
    ['its step is not seen yet', [2], NotAllSeenYetError],
  ])('a later worker does nothing while %s, and takes over then', async (_what, late, error) => {
    await make({ type: 'sync_and_suggest' });
    await lookAtBudget(ports, BUDGET);
    const run = (id: string, work: () => Promise<object>) =>
      runStep(ports, syncRequest(), { ...WORKER, id: workerId(id) }, work);
    isLate = (place) => late.includes(place);
    const died = () => Promise.reject(new Error('died'));
    await expect(run('request-one', died)).rejects.toThrow('died');
    await expect(run('request-two', died)).rejects.toThrow(error);
    table.catchUp();
    expect((await store.look(BUDGET)).running?.workerId).toBe('request-one');
    isLate = () => false;
    await run('request-three', async () => ({}));
    const { steps = [] } = (await store.get(JOB)) ?? {};
    expect(steps.map(({ status }) => status)).toEqual(['succeeded', 'queued']);
  });
});

describe('of a job whose end is not all seen yet', () => {
  // The three events are the last of what is written but for the end itself.
  it.each([4, 5, 6])(
    'nobody is given a history that lacks some of it, and the whole one afterwards: %i',
    async (late) => {
      await make({ type: 'sync_and_suggest' });
      isLate = (place) => place === late;
      await canceled();
      await expect(histories.history(JOB)).rejects.toThrow(StoreUnavailableError);
      table.catchUp();
      expect((await histories.history(JOB))?.events).toHaveLength(6);
    },
  );

  it('a history of which some is deleted is given as far as it is there', async () => {
    await make({ type: 'sync_and_suggest' });
    await canceled();
    table.transact({ TransactItems: [{ Delete: { TableName: 't', Key: eventKey(JOB, 6) } }] });
    const history = await histories.history(JOB);
    expect(history?.events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
  });

  it('nothing stays when all that is kept of its budget is deleted', async () => {
    await make({ type: 'sync_and_suggest' });
    // Its place in line, itself and its steps come before what happened to it.
    isLate = (place) => place > 3;
    await canceled();
    expect(await new BudgetData({ client: table, tableName: 't' }).deleteJob(JOB)).toBe(true);
    table.catchUp();
    expect([...table.items()]).toEqual([]);
  });
});

describe('of a job whose list of suggestions is not seen yet', () => {
  const id = parseSuggestionId('t-1.1');
  if (id === undefined) throw new Error('no id');
  const work: Work = { type: 'suggestions_apply', suggestionIds: [id] };
  beforeEach(() => make(work, 2));

  it('the list is not taken for gone', async () => {
    await expect(store.input(JOB)).rejects.toThrow(StoreUnavailableError);
    table.catchUp();
    expect(await store.input(JOB)).toEqual({ suggestionIds: [id] });
  });

  it('a retry says that it may be tried again, not that the list is gone', async () => {
    await canceled();
    const again = () =>
      retry(ports, { jobId: JOB, requestedBy: 'ben', isThere: () => true, mayApprove: true });
    await expect(again()).rejects.toThrow(StoreUnavailableError);
    table.catchUp();
    expect(await again()).toMatchObject({ kind: 'created' });
  });

  it('it is not shown without the list', async () => {
    await expect(store.whole(JOB)).rejects.toThrow(StoreUnavailableError);
  });
});
