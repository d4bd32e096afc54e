import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type BudgetId,
  budgetId,
  daysAfter,
  executionId,
  jobId,
  type Timestamp,
  workerId,
} from '../../functions/domain/ids.ts';
import type { Fence } from '../../functions/domain/running.ts';
import type { KeptSnapshot } from '../../functions/domain/snapshot.ts';
import { startJob, takeOver } from '../../functions/domain/transitions.ts';
import { InvalidCursorError } from '../../functions/store/errors.ts';
import type { PageRequest } from '../../functions/store/job-listing.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import { KeptSnapshotStore } from '../../functions/store/kept-snapshot-store.ts';
import type { TableClient } from '../../functions/store/table.ts';
import { at, context, created, JOB, uuid } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';
import { pagesOf } from './pages.ts';

const DAY = 86_400;
let tables: Tables;
let now: Timestamp;
let options: ConstructorParameters<typeof KeptSnapshotStore>[0];
let store: KeptSnapshotStore;
let fence: Fence;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

beforeEach(async () => {
  now = at(0);
  options = { ...(await tables.empty()), now: () => now, retentionDays: 30 };
  store = new KeptSnapshotStore(options);
  const jobs = new JobStore(options);
  const change = created({ type: 'snapshot_create' });
  fence = {
    budgetId: change.record.job.budgetId,
    jobId: JOB,
    executionId: executionId('execution'),
    workerId: workerId('worker'),
  };
  await jobs.create({ change });
  const started = startJob(change.record, context(1));
  await jobs.claim(started, {
    ...fence,
    workerId: null,
    workerUntil: null,
    sending: false,
  });
  await jobs.beginStep(takeOver(started.record), fence, at(1_000));
});

function kept(n: number, budget: BudgetId = fence.budgetId): KeptSnapshot {
  const id = jobId(uuid(n));
  return {
    id,
    budgetId: budget,
    takenAt: at(n),
    archiveKey: `kept/${budget}/${id}.zip`,
    bytes: 100 + n,
    counts: { accounts: 2, transactions: n },
    expiresAt: daysAfter(at(n), 30),
  };
}

const keep = async (...snapshots: readonly KeptSnapshot[]) => {
  for (const one of snapshots) await store.keep(one, fence);
};
const ids = (snapshots: readonly KeptSnapshot[]) => snapshots.map(({ id }) => id);

describe('a kept copy', () => {
  it('is recorded with every field', async () => {
    expect(await store.keep(kept(5), fence)).toBe('written');
    expect(await store.get(fence.budgetId, kept(5).id)).toEqual(kept(5));
  });

  it('is not recorded by a worker that no longer holds the budget', async () => {
    expect(await store.keep(kept(5), { ...fence, workerId: workerId('other') })).toBe('conflict');
    expect(await store.get(fence.budgetId, kept(5).id)).toBeUndefined();
  });

  it('is of its budget alone', async () => {
    await keep(kept(5));
    expect(await store.get(budgetId(uuid(0xb9)), kept(5).id)).toBeUndefined();
  });

  it('is gone when its time is over', async () => {
    await keep(kept(5));
    now = at(5 + 30 * DAY);
    expect(await store.get(fence.budgetId, kept(5).id)).toBeUndefined();
    expect((await store.list(fence.budgetId, { limit: 10 })).snapshots).toEqual([]);
  });

  it('is gone when the bucket has removed it, although it was to be kept for longer when it was made', async () => {
    await keep(kept(5));
    const shorter = new KeptSnapshotStore({ ...options, retentionDays: 7 });
    now = at(7 * DAY);
    expect((await shorter.get(fence.budgetId, kept(5).id))?.expiresAt).toBe(daysAfter(at(5), 7));
    now = at(5 + 7 * DAY);
    expect(await shorter.get(fence.budgetId, kept(5).id)).toBeUndefined();
    expect((await shorter.list(fence.budgetId, { limit: 10 })).snapshots).toEqual([]);
  });
});

describe('listing', () => {
  it('gives the newest first, and nothing of the line or the lock beside them', async () => {
    await keep(kept(1), kept(3), kept(2));
    const page = await store.list(fence.budgetId, { limit: 10 });
    expect(ids(page.snapshots)).toEqual(ids([kept(3), kept(2), kept(1)]));
    expect(page.nextCursor).toBeNull();
  });

  async function everyPage(limit: number): Promise<readonly string[]> {
    const seen: string[] = [];
    const list = (request: PageRequest) => store.list(fence.budgetId, request);
    for await (const { snapshots } of pagesOf(limit, list)) {
      expect(snapshots.length).toBeLessThanOrEqual(limit);
      seen.push(...ids(snapshots));
    }
    return seen;
  }

  it('goes on where the page before ended', async () => {
    await keep(...[1, 2, 3, 4, 5].map((n) => kept(n)));
    for (const limit of [1, 2, 3]) {
      expect(await everyPage(limit)).toEqual(ids([5, 4, 3, 2, 1].map((n) => kept(n))));
    }
  });

  it('gives each once, although some between them have expired', async () => {
    const over = [3, 4, 6, 8, 9, 10];
    await keep(...[1, 2, 5, 7].map((n) => kept(n)));
    await keep(...over.map((n) => ({ ...kept(n), expiresAt: at(1) })));
    now = at(60);
    for (const limit of [1, 2, 3, 4]) {
      expect(await everyPage(limit)).toEqual(ids([7, 5, 2, 1].map((n) => kept(n))));
    }
    expect((await store.list(fence.budgetId, { limit: 4 })).nextCursor).toBeNull();
  });

  it('takes few reads to pass those that are gone, however small the page', async () => {
    await keep(...Array.from({ length: 40 }, (_, n) => kept(n)));
    let reads = 0;
    const client: TableClient = {
      send: (command: object) => {
        reads += 1;
        return Reflect.apply(options.client.send, options.client, [command]);
      },
    };
    now = at(40 + 7 * DAY);
    const shorter = new KeptSnapshotStore({ ...options, client, retentionDays: 7 });
    expect(await shorter.list(fence.budgetId, { limit: 1 })).toEqual({
      snapshots: [],
      nextCursor: null,
    });
    expect(reads).toBeLessThan(7);
  });

  it('refuses a cursor of another budget', async () => {
    await keep(kept(1), kept(2));
    const { nextCursor } = await store.list(fence.budgetId, { limit: 1 });
    const other = budgetId(uuid(0xb9));
    await expect(store.list(other, { limit: 1, cursor: nextCursor ?? '' })).rejects.toThrow(
      InvalidCursorError,
    );
  });
});
