import { beforeEach, describe, expect, it } from 'vitest';
import { FailureError, failure } from '../../functions/domain/failures.ts';
import { daysAfter, millisecondsAfter, type Timestamp } from '../../functions/domain/ids.ts';
import type { Work } from '../../functions/domain/job.ts';
import type { Snapshot } from '../../functions/domain/snapshot.ts';
import { isStillCurrent, type StillCurrentPorts } from '../../functions/steps/still-current.ts';
import { at, BUDGET, newRecord, snapshotOf } from '../domain/builders.ts';

const SYNC_POINT = {
  since: '2026-11-27T00:00:00.000Z-0000-a1b2c3d4e5f60718',
  hash: 42,
  keyId: null,
  secretVersion: 'version-1',
  madeBy: 'this version',
};
const SNAPSHOT: Snapshot = {
  ...snapshotOf(BUDGET, 2),
  syncPoint: SYNC_POINT,
  stamps: { archive: '"one"', extract: '"two"' },
};

let stamps: Map<string, string>;
let upToDate: boolean;
let asked: unknown[];

beforeEach(() => {
  stamps = new Map([
    ['archive', '"one"'],
    ['extract', '"two"'],
  ]);
  upToDate = true;
  asked = [];
});

const ports: StillCurrentPorts = {
  bucket: { stampOf: async (key) => stamps.get(key) },
  budgets: {
    async isUpToDate(snapshot) {
      asked.push(snapshot);
      return upToDate;
    },
  },
  unusedSnapshotDays: 90,
};

const isCurrent = (
  work: Work = { type: 'budget_sync' },
  {
    snapshot = SNAPSHOT,
    now = at(30),
    changes = {},
  }: { snapshot?: Snapshot; now?: Timestamp; changes?: Partial<StillCurrentPorts> } = {},
) => isStillCurrent({ ...ports, ...changes }, snapshot, newRecord(work), now);

/** The server may not even have been asked. */
async function isOpened(answer: Promise<boolean>): Promise<void> {
  expect(await answer).toBe(false);
  expect(asked).toEqual([]);
}

describe('a snapshot is still current', () => {
  it.each([
    { type: 'budget_sync' },
    { type: 'sync_and_suggest' },
    { type: 'scheduled_sync_and_suggest' },
    { type: 'budget_sync', fullResync: false, bankSync: false },
  ] as const)('when the server has nothing new for %j', async (work) => {
    expect(await isCurrent(work)).toBe(true);
    expect(asked).toEqual([{ budgetId: BUDGET, cloudFileId: 'file', syncPoint: SYNC_POINT }]);
  });

  it('by a bucket and a server that are asked at once', async () => {
    const { promise: serverIsAsked, resolve } = Promise.withResolvers<void>();
    const changes: Partial<StillCurrentPorts> = {
      bucket: {
        async stampOf(key) {
          await serverIsAsked;
          return stamps.get(key);
        },
      },
      budgets: {
        async isUpToDate() {
          resolve();
          return true;
        },
      },
    };
    expect(await isCurrent(undefined, { changes })).toBe(true);
  });

  it('up to a week after it was made', async () => {
    const week = daysAfter(at(0), 7);
    expect(await isCurrent(undefined, { now: millisecondsAfter(week, -1) })).toBe(true);
    asked = [];
    await isOpened(isCurrent(undefined, { now: week }));
  });

  it('up to half of the time after which the bucket removes it', async () => {
    const changes = { unusedSnapshotDays: 1 };
    const now = millisecondsAfter(at(0), 43_200_000);
    expect(await isCurrent(undefined, { now: millisecondsAfter(now, -1), changes })).toBe(true);
    asked = [];
    await isOpened(isCurrent(undefined, { now, changes }));
  });
});

describe('the budget is opened', () => {
  it('when the server has something new, or only opening can tell', async () => {
    upToDate = false;
    expect(await isCurrent()).toBe(false);
  });

  it.each([
    { type: 'budget_sync', fullResync: true },
    { type: 'scheduled_sync_and_suggest', bankSync: true },
    { type: 'snapshot_redownload' },
    { type: 'suggestions_generate' },
    { type: 'snapshot_create' },
  ] as const)('for %j, whatever the server has', (work) => isOpened(isCurrent(work)));

  it('when the job has synced already: its suggestions could not read the extract', () => {
    const { job, steps } = newRecord();
    const record = {
      job,
      steps: steps.map((step) =>
        step.stepType === 'sync' ? { ...step, status: 'succeeded' as const } : step,
      ),
    };
    return isOpened(isStillCurrent(ports, SNAPSHOT, record, at(30)));
  });

  it.each(['archive', 'extract'])('when the %s is missing', async (key) => {
    stamps.delete(key);
    expect(await isCurrent()).toBe(false);
  });

  it.each(['archive', 'extract'])('when the %s is another than was written', async (key) => {
    stamps.set(key, '"other"');
    expect(await isCurrent()).toBe(false);
  });

  it('when the snapshot was made before there were sync points', async () => {
    const { syncPoint: _point, ...without } = SNAPSHOT;
    await isOpened(isCurrent(undefined, { snapshot: without }));
    const { stamps: _stamps, ...unstamped } = SNAPSHOT;
    await isOpened(isCurrent(undefined, { snapshot: unstamped }));
  });

  it('when the snapshot seems to be of tomorrow', () =>
    isOpened(isCurrent(undefined, { now: millisecondsAfter(at(0), -1) })));
});

it('fails as the opening would when the server cannot be asked', async () => {
  const unreachable = new FailureError(failure('SERVER_UNREACHABLE'));
  const budgets = { isUpToDate: () => Promise.reject(unreachable) };
  await expect(isCurrent(undefined, { changes: { budgets } })).rejects.toBe(unreachable);
});

it('fails with the bucket only when the server has answered, which may take a login', async () => {
  let answered = false;
  const changes: Partial<StillCurrentPorts> = {
    bucket: { stampOf: () => Promise.reject(new Error('The bucket')) },
    budgets: {
      isUpToDate: () =>
        new Promise((resolve) => {
          setImmediate(() => {
            answered = true;
            resolve(true);
          });
        }),
    },
  };
  await expect(isCurrent(undefined, { changes })).rejects.toThrow('The bucket');
  expect(answered).toBe(true);
});
