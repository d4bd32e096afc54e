import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BudgetId, budgetId, jobId, stepId } from '../../functions/domain/ids.ts';
import { createJob } from '../../functions/domain/transitions.ts';
import { type DispatchPorts, lookAtBudget } from '../../functions/jobs/dispatch.ts';
import { settle } from '../../functions/jobs/settle.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { type Consumption, type Meter, meter } from '../../functions/store/meter.ts';
import { OpenWorkStore } from '../../functions/store/open-work-store.ts';
import { at, context, uuid } from '../domain/builders.ts';
import { FakeExecutions } from '../jobs/fake-executions.ts';
import { countingIds } from '../jobs/ids.ts';
import { createTable, type Engine, startEngine } from './engine.ts';

/** A budget with a thousand jobs in line costs no more for each, and holds nobody up. */

const HOME = budgetId(uuid(0xb1));
const LONG = 1_000;
const AT_ONCE = 25;

let engine: Engine;
let consumption: Meter;
let jobs: JobStore;
let openWork: OpenWorkStore;
let ports: DispatchPorts;
let tables = 0;

beforeAll(async () => {
  engine = await startEngine();
  consumption = meter(engine.client);
});
afterAll(() => engine.stop());

beforeEach(() => openNewTable());

async function openNewTable(): Promise<void> {
  const tableName = `long-line-${process.pid}-${++tables}`;
  await createTable(engine, tableName);
  jobs = new JobStore({ client: engine.documents, tableName, now: () => at(0) });
  openWork = new OpenWorkStore({ client: engine.documents, tableName });
  ports = { jobs, executions: new FakeExecutions(), now: () => at(0), ...countingIds(0x900000) };
}

async function queue(count: number, budget: BudgetId, first = 1): Promise<void> {
  for (let n = 0; n < count; n += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - n) }, (_, i) => first + n + i);
    await Promise.all(
      batch.map((id) =>
        jobs.create({
          change: createJob(
            {
              id: jobId(uuid(id)),
              budgetId: budget,
              work: { type: 'budget_sync' },
              trigger: 'api',
              newStepId: () => stepId(uuid(0)),
            },
            context(0),
          ),
        }),
      ),
    );
  }
}

/** What it costs to start the first job of the line, to end it, and to start the next. */
async function costOfOneJob(): Promise<Consumption> {
  consumption.take();
  expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'started', jobId: jobId(uuid(1)) });
  await settle(ports, jobId(uuid(1)), { outcome: { status: 'succeeded' }, worker: 'over' });
  expect(await lookAtBudget(ports, HOME)).toEqual({ kind: 'started', jobId: jobId(uuid(2)) });
  return consumption.take();
}

describe('a line of a thousand jobs', () => {
  it('costs as much for each job as a line of two', async () => {
    await queue(2, HOME);
    const short = await costOfOneJob();
    await openNewTable();
    await queue(LONG, HOME);
    expect(await costOfOneJob()).toEqual(short);
  });

  it('keeps no other budget from its turn', async () => {
    await queue(LONG, HOME);
    const others = Array.from({ length: 5 }, (_, n) => budgetId(uuid(0xc0 + n)));
    for (const [n, other] of others.entries()) await queue(1, other, 0x10000 + n);
    expect(await sweep({ ...ports, openWork, onMended: () => {} })).toMatchObject({
      budgets: 6,
      started: 6,
      failed: [],
    });
  });
});
