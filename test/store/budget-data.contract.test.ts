import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BudgetId, budgetId, jobId, stepId } from '../../functions/domain/ids.ts';
import { createJob, endJob } from '../../functions/domain/transitions.ts';
import { BudgetData } from '../../functions/store/budget-data.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { currentSnapshotKey, jobKey, keptSnapshotKey } from '../../functions/store/keys.ts';
import { suggestionItem } from '../../functions/store/suggestion-rows.ts';
import type { TableOptions } from '../../functions/store/table.ts';
import { at, context, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';
import { startTables, type Tables } from './engines.ts';

/** What the table holds of one budget among others: found, and deleted without anything else. */

const HOME = budgetId(uuid(0xa));
const OTHER = budgetId(uuid(0xb));
const AROUND = [at(-3_600), at(3_600)] as const;
const RETENTION = { retentionDays: 30, pendingDays: 90 };
let tables: Tables;
let options: TableOptions;
let data: BudgetData;
let jobs: JobStore;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

beforeEach(async () => {
  options = await tables.empty();
  data = new BudgetData(options);
  jobs = new JobStore({ ...options, now: () => at(0) });
});

let made = 0x1000;

async function waiting(n: number, budget: BudgetId) {
  const change = createJob(
    {
      id: jobId(uuid(n)),
      budgetId: budget,
      work: { type: 'sync_and_suggest' },
      trigger: 'api',
      newStepId: () => stepId(uuid(made++)),
    },
    context(n),
  );
  await jobs.create({ change });
  return change.record;
}

async function ended(n: number, budget: BudgetId) {
  const record = await waiting(n, budget);
  await jobs.cancel(endJob(record, { status: 'canceled' }, context(n + 1)));
  return record.job.id;
}

const put = (...items: readonly object[]) =>
  options.client.send(
    new TransactWriteCommand({
      TransactItems: items.map((Item) => ({
        Put: { TableName: options.tableName, Item: { ...Item } },
      })),
    }),
  );

const suggestionsOf = (budget: BudgetId, count: number) =>
  Array.from({ length: count }, (_, n) =>
    suggestionItem(suggestion(n, { budgetId: budget }), RETENTION),
  );

/** What the table gave for it. */
async function itemsReadBy(work: () => Promise<unknown>): Promise<unknown> {
  const send = vi.spyOn(options.client, 'send');
  await work();
  const answers = await Promise.all(send.mock.results.map(({ value }) => value));
  send.mockRestore();
  return answers.flatMap(({ Items }) => Items);
}

async function itemsUnder(partition: string): Promise<number> {
  const { Items = [] } = await options.client.send(
    new QueryCommand({
      TableName: options.tableName,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': partition },
    }),
  );
  return Items.length;
}

describe('jobs of a budget', () => {
  it('that wait are open, and are not deleted', async () => {
    const { job } = await waiting(1, HOME);
    await ended(2, HOME);
    expect(await data.openJobs(HOME)).toEqual([job.id]);
    expect(await data.deleteJob(job.id)).toBe(false);
    expect(await jobs.get(job.id)).toBeDefined();
  });

  it('that have ended go with steps, events and end; those of another budget stay', async () => {
    const id = await ended(1, HOME);
    const other = await ended(2, OTHER);
    expect(await data.jobs(HOME)).toEqual([id]);
    expect(await jobs.endedBetween(...AROUND)).toEqual([id, other]);
    expect(await data.deleteJob(id)).toBe(true);
    expect(await itemsUnder(`JOB#${id}`)).toBe(0);
    expect(await jobs.endedBetween(...AROUND)).toEqual([other]);
    expect(await data.jobs(HOME)).toEqual([]);
    expect(await jobs.get(other)).toBeDefined();
  });

  it('are read by their ids alone, however many they are', async () => {
    const id = await ended(1, HOME);
    expect(await itemsReadBy(() => data.jobs(HOME))).toEqual([{ jobId: id }]);
  });

  it('are found as many as are asked for, oldest first, and no more are read', async () => {
    const ids = [];
    for (const n of [1, 2, 3]) ids.push(await ended(n, HOME));
    expect(await data.jobs(HOME, 2)).toEqual(ids.slice(0, 2));
    expect(await itemsReadBy(() => data.jobs(HOME, 2))).toHaveLength(2);
    expect(await data.jobs(HOME, 4)).toEqual(ids);
    expect(await data.jobs(HOME)).toEqual(ids);
  });

  it('that repeat others go with the word of it, also where the others are gone', async () => {
    const before = await ended(1, HOME);
    const { job: of } = (await jobs.get(before)) ?? expect.unreachable();
    const change = createJob(
      {
        id: jobId(uuid(5)),
        budgetId: HOME,
        work: { type: 'suggestions_generate' },
        trigger: 'api',
        parentJobId: before,
        newStepId: () => stepId(uuid(made++)),
      },
      context(5),
    );
    await jobs.repeat({ change }, { of, before: undefined });
    await jobs.cancel(endJob(change.record, { status: 'canceled' }, context(6)));
    await options.client.send(
      new TransactWriteCommand({
        TransactItems: [{ Delete: { TableName: options.tableName, Key: jobKey(before) } }],
      }),
    );
    expect(await data.deleteJob(change.record.job.id)).toBe(true);
    expect(await jobs.rerun(before)).toBeUndefined();
  });

  it('that are gone already count as none', async () => {
    expect(await data.deleteJob(jobId(uuid(9)))).toBe(false);
  });
});

describe('what else there is of a budget', () => {
  it('suggestions are found and deleted, more than a transaction holds as well', async () => {
    const home = suggestionsOf(HOME, 120);
    await put(...home.slice(0, 100));
    await put(...home.slice(100), ...suggestionsOf(OTHER, 1));
    const found = await data.suggestions(HOME);
    expect(found).toHaveLength(120);
    await data.delete(found);
    expect(await data.suggestions(HOME)).toEqual([]);
    expect(await data.suggestions(OTHER)).toHaveLength(1);
  });

  it('suggestions are read by their keys alone, however many they are', async () => {
    const [one = expect.unreachable()] = suggestionsOf(HOME, 1);
    await put(one);
    const { PK, SK } = one;
    expect(await itemsReadBy(() => data.suggestions(HOME))).toEqual([{ PK, SK }]);
  });

  it('records of snapshots are, and a place in line is none of them', async () => {
    await waiting(1, HOME);
    const records = [currentSnapshotKey(HOME), keptSnapshotKey(HOME, jobId(uuid(2)))];
    await put(...records.map((key) => ({ ...key, schema: 1 })));
    expect(await data.records(HOME)).toEqual(records);
    await data.delete(await data.records(HOME));
    expect(await data.records(HOME)).toEqual([]);
    expect(await data.openJobs(HOME)).toHaveLength(1);
  });
});
