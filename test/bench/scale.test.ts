import { describe, expect, it } from 'vitest';
import { brokenPromises } from '../../bench/scale/crowd.ts';
import { type Footprint, footprintOf } from '../../bench/scale/footprint.ts';
import { componentsOf, type Design, limitOf } from '../../bench/scale/model.ts';
import { divided } from '../../bench/scale/parallel-batches.ts';
import { REGIONS } from '../../bench/scale/quotas.ts';
import { budgetId, jobId } from '../../functions/domain/ids.ts';
import type { Job } from '../../functions/domain/job.ts';
import { COSTS_PAGE, rowsOf } from '../docs/markdown.ts';
import { at, created, uuid } from '../domain/builders.ts';

describe('what the simulation counts of one job', () => {
  it.each(['budget_sync', 'suggestions_generate', 'sync_and_suggest', 'snapshot_create'] as const)(
    'of %s is what the embedded engine counts of it on the synthesized stack, but for logins and the server',
    async (type) => {
      const [invocations, transitions, , , writeUnits] =
        rowsOf(COSTS_PAGE).get(`\`${type}\``) ?? [];
      const footprint = await footprintOf({ type });
      expect({
        invocations: sum(footprint.invocations),
        transitions: footprint.transitions,
        writeUnits: sum(footprint.writeUnits),
      }).toEqual({
        invocations: Number(invocations),
        transitions: Number(transitions),
        writeUnits: Number(writeUnits),
      });
    },
  );

  it('starts one execution, and lets two looks and one end through to the functions that read the stream', async () => {
    const footprint = await footprintOf({ type: 'sync_and_suggest' });
    expect(footprint).toMatchObject({ startExecutions: 1, looks: 2, ends: 1 });
  });
});

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

const FOOTPRINT: Footprint = {
  writeUnits: { JOB: 40, ENDED: 2, OpenWork: 4 },
  streamRecords: 20,
  looks: 2,
  ends: 1,
  transitions: 5,
  startExecutions: 1,
  invocations: { createJob: 1, sync: 1 },
};
const DESIGN: Design = {
  throttle: 50,
  sharedKeys: { ENDED: 1, OpenWork: 4 },
  batchesAtOnce: { dispatch: 10, announce: 10 },
  seconds: { createJob: 0.5, sync: 2, dispatch: 0.05, announce: 0.02 },
};

describe('the model of what gives first', () => {
  const limits = (design: Design = DESIGN) =>
    Object.fromEntries(
      componentsOf(FOOTPRINT, design, REGIONS.large).map((component) => [
        component.name,
        Math.round(limitOf(component)),
      ]),
    );

  it('lets each part carry its quota, divided by what a job asks of it', () => {
    expect(limits()).toMatchObject({
      throttle: 50,
      'start-execution': 300,
      'state-transitions': 1_000,
      concurrency: 400,
      table: 870,
      'ended-key': 500,
      'open-work-key': 1_000,
      'announce-stream': 500,
    });
  });

  it('has more keys carry more, and as many shards of the stream with them as the table has partitions', () => {
    const sharedKeys = { ENDED: 8, OpenWork: 4 };
    expect(limits({ ...DESIGN, sharedKeys })).toMatchObject({
      'ended-key': 4_000,
      'announce-stream': 4_000,
    });
  });

  it('gives a table that writes more more shards, so that looks are never what gives', () => {
    expect(limits()['dispatch-stream']).toBe(1_000_000);
  });

  it('refuses a function whose time nobody has said', () => {
    expect(() => limits({ ...DESIGN, seconds: { createJob: 1 } })).toThrow(RangeError);
  });
});

describe('what was promised to a crowd', () => {
  const HOME = budgetId(uuid(0xb1));
  const job = (n: number, more: Partial<Job> = {}): Job => ({
    ...created({ type: 'budget_sync' }).record.job,
    id: jobId(uuid(n)),
    budgetId: HOME,
    status: 'succeeded',
    startedAt: at(n * 10),
    completedAt: at(n * 10 + 10),
    ...more,
  });
  const ids = [uuid(1), uuid(2)];

  it('is kept when each succeeded after the one before it', () => {
    expect(brokenPromises(ids, [job(2), job(1)], ids)).toEqual([]);
  });

  it.each([
    ['one is lost', [job(2)], 2],
    ['one did not succeed', [job(2, { status: 'failed' }), job(1)], 1],
    ['one began before the one before it had ended', [job(2, { startedAt: at(19) }), job(1)], 1],
    ['one ran that nobody was told of', [job(3), job(2), job(1)], 1],
  ] as const)('is broken when %s', (_what, jobs, count) => {
    expect(brokenPromises(ids, jobs, [...ids, uuid(3)])).toHaveLength(count);
  });

  it('says nothing of the order of two budgets', () => {
    const other = job(2, { budgetId: budgetId(uuid(0xb2)), startedAt: at(0) });
    expect(brokenPromises(ids, [other, job(1)], ids)).toEqual([]);
  });

  it('is broken when nobody was told of an end', () => {
    expect(brokenPromises(ids, [job(2), job(1)], [uuid(1)])).toEqual([
      `the end of ${uuid(2)} was not told`,
    ]);
  });
});

describe('a batch of the stream', () => {
  it('is divided with the records of a key in one part, in their order, and no part empty', () => {
    const record = (S: string, n: number) => ({ n, dynamodb: { Keys: { PK: { S } } } });
    const Records = [record('a', 1), record('b', 2), record('a', 3), record('c', 4)];
    const numbers = (most: number) =>
      divided({ Records }, most).map((part) => part.Records.map(({ n }) => n));
    expect(numbers(2)).toEqual([[1, 3, 4], [2]]);
    expect(numbers(10)).toEqual([[1, 3], [2], [4]]);
    expect(numbers(1)).toEqual([[1, 2, 3, 4]]);
  });
});
